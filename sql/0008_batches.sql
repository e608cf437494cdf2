-- The batch in which a posting was last sent, as long as that call may still take effect: it is sent again only as the
-- same batch under the same key.
alter table postings add column batch text;
create index postings_by_batch on postings (ledger_connection_id, batch) where batch is not null;

-- Every turn looks for the run of a worker that is gone.
create index sync_runs_open on sync_runs (connection_id, started_at) where finished_at is null;

-- The claim whose turn left something for the next one; a claim after that knows nothing of it.
alter table work add column unfinished_fence bigint;

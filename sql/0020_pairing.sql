-- Pairing with a server of one's own: an authorisation at an address that its owner entered, which ends with a key.
alter table oauth_flows add column base_url text;
-- When whoever began it came back with the key; before, nobody may use what was posted.
alter table oauth_flows add column confirmed_at timestamptz;
-- The accounts that the key reaches, when one of several is to be chosen: [{"accountId": …, "name": …}].
alter table oauth_flows add column choices jsonb;

-- A secret that was replaced is still believed for a while: deliveries on their way were signed with it.
alter table endpoint_secrets add column ends_at timestamptz;

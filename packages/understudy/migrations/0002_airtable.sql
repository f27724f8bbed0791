-- Tables in Airtable whose rows are rendered.
create table understudy.airtable_connection (
  id text primary key,
  owner_id text not null,
  -- The key that its renders are made under: nobody has its secret, and whoever revokes it ends the connection.
  api_key_id text not null references understudy.api_key (id),
  base_id text not null,
  table_id text not null,
  table_name text not null,
  -- Environment variable that holds the token; the token itself is not kept.
  token_variable text not null,
  -- Which column plays which role: { ROLE: { "id", "name", "type" } }.
  columns jsonb not null,
  -- On whose word its rows are rendered: a ConnectionConsent.
  consent jsonb not null,
  -- What Airtable tells us of changes by: an AirtableHook.
  hook jsonb,
  -- What keeps it from working, as far as was seen.
  problem jsonb,
  looked_at timestamptz,
  created_at timestamptz not null,
  removed_at timestamptz
);
create index airtable_connection_by_owner on understudy.airtable_connection (owner_id, created_at);
-- Two connections would each render every row.
create unique index airtable_connection_of_table on understudy.airtable_connection (base_id, table_id) where removed_at is null;

-- When the next request to a base may begin: Airtable counts those of all processes together.
create table understudy.airtable_base (
  base_id text primary key,
  next_request_at timestamptz not null
);

-- What is known of a row in Airtable that was asked to be rendered.
create table understudy.airtable_row (
  connection_id text not null references understudy.airtable_connection (id) on delete cascade,
  record_id text not null,
  -- How often it was asked for: each time that somebody sets Status to Pending.
  asked integer not null default 0,
  -- Of what it was asked for with, and of what the row holds as far as was seen since.
  inputs_sha256 text,
  seen_sha256 text,
  -- No reference: the render may be erased, and the row must then be cleared.
  render_id text,
  -- Why no render was made of it: a RenderFailure.
  refusal jsonb,
  -- Since when it says Pending and is not whole.
  incomplete_since timestamptz,
  -- What the row in Airtable says, as far as we wrote it: a WrittenPhase.
  written jsonb,
  -- The render whose picture is in the row.
  pictured_render_id text,
  -- Counts what may have to be written, and up to where it was.
  change bigint not null default 0,
  written_change bigint not null default 0,
  attempts integer not null default 0,
  next_write_at timestamptz,
  gone_at timestamptz,
  primary key (connection_id, record_id)
);
create index airtable_row_of_render on understudy.airtable_row (render_id);
create index airtable_row_unwritten on understudy.airtable_row (connection_id) where written_change < change and gone_at is null;
create index airtable_row_without_picture on understudy.airtable_row (connection_id)
  where written->>'phase' = 'complete' and pictured_render_id is distinct from render_id and gone_at is null;

-- Whatever becomes of a render, by whichever process: its row in Airtable has to say so.
create function understudy.note_airtable_change() returns trigger language plpgsql as $$
begin
  update understudy.airtable_row set change = change + 1 where render_id = old.id;
  if found then
    perform pg_notify('understudy_airtable', 'rows');
  end if;
  return null;
end
$$;
-- A render that begins to run is in work as before: its row says so.
create trigger airtable_row_of_changed_render after update on understudy.render for each row
  when ((old.state is distinct from new.state and new.state <> 'running')
    or old.outputs_removed_at is distinct from new.outputs_removed_at)
  execute function understudy.note_airtable_change();
create trigger airtable_row_of_removed_render after delete on understudy.render for each row
  execute function understudy.note_airtable_change();

-- What the service keeps. Ids are made by us: a kind, an underscore, 16 hex digits. Times are in UTC.

create table understudy.api_key (
  id text primary key,
  owner_id text not null,
  name text not null,
  scopes text[] not null,
  -- SHA-256 of the whole key: it has 192 random bits, so nothing slower is needed.
  key_sha256 bytea not null unique,
  requests_per_minute integer,
  renders_at_once integer,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  -- The key that this one takes the place of.
  rotated_from text references understudy.api_key (id)
);
create index api_key_by_owner on understudy.api_key (owner_id, created_at);

create table understudy.render (
  id text primary key,
  owner_id text not null,
  api_key_id text not null references understudy.api_key (id),
  state text not null check (state in ('queued', 'running', 'finished', 'failed', 'cancelled')),
  -- What was asked for: a RenderOrder.
  wish jsonb not null,
  priority integer not null,
  -- Counts from 1; a retry is the next run.
  run integer not null default 1,
  -- How often this run was begun; also the fencing token of whoever works on it.
  attempt integer not null default 0,
  runner_id text,
  consent_id text,
  subject_id text,
  forked_from text,
  progress jsonb,
  estimate jsonb,
  cost jsonb,
  error jsonb,
  result jsonb,
  manifest jsonb,
  event_sequence bigint not null default 0,
  created_at timestamptz not null,
  queued_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  deadline_at timestamptz,
  cancel_requested_at timestamptz,
  -- Which classes of files were removed from it, and when.
  inputs_removed_at timestamptz,
  outputs_removed_at timestamptz
);
create index render_by_owner on understudy.render (owner_id, created_at desc, id desc);
create index render_open on understudy.render (queued_at) where state in ('queued', 'running');
create index render_by_consent on understudy.render (consent_id);
create index render_by_subject on understudy.render (subject_id);

create table understudy.render_event (
  render_id text not null references understudy.render (id) on delete cascade,
  sequence bigint not null,
  kind text not null,
  data jsonb not null,
  at timestamptz not null,
  primary key (render_id, sequence)
);

create table understudy.idempotency_key (
  owner_id text not null,
  key text not null,
  request_sha256 bytea not null,
  render_id text not null references understudy.render (id) on delete cascade,
  created_at timestamptz not null,
  primary key (owner_id, key)
);
create index idempotency_key_by_age on understudy.idempotency_key (created_at);

-- RenderRecord, ConsentStore, AuditLog and the notes of erasures, as the data folder has them in files.
create table understudy.render_record (
  render_id text primary key,
  owner_id text not null,
  state text not null,
  consent_id text not null,
  subject_id text not null,
  record jsonb not null,
  started_at timestamptz not null
);
create index render_record_by_owner on understudy.render_record (owner_id, started_at);
create index render_record_by_subject on understudy.render_record (subject_id);

-- Two owners may hold the same record: a person can give it to both.
create table understudy.consent (
  owner_id text not null,
  id text not null,
  subject_id text not null,
  photo_sha256 text[] not null,
  record jsonb not null,
  created_at timestamptz not null,
  primary key (owner_id, id)
);
create index consent_by_owner on understudy.consent (owner_id, created_at);
create index consent_by_subject on understudy.consent (subject_id);
create index consent_by_photo on understudy.consent using gin (photo_sha256);

create table understudy.consent_revocation (
  owner_id text not null,
  consent_id text not null,
  revoked_at timestamptz not null,
  revoked_by text,
  reason text,
  photo_sha256 text[] not null,
  primary key (owner_id, consent_id)
);

create table understudy.audit_line (
  number bigint primary key,
  -- The line as it was hashed: jsonb would not keep its spelling.
  line text not null
);

-- The end of the chain of audit lines: without it a removed last line would not show. One row, from the first line on.
create table understudy.audit_head (
  id integer primary key default 1 check (id = 1),
  number bigint not null,
  sha256 text not null
);

create table understudy.erasure_note (
  owner_id text not null,
  subject_id text not null,
  note jsonb not null,
  primary key (owner_id, subject_id)
);

create table understudy.upload (
  id text primary key,
  owner_id text not null,
  state text not null check (state in ('open', 'whole', 'broken')),
  byte_length bigint not null,
  received_bytes bigint not null default 0,
  media_type text,
  sha256 text,
  file_name text,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index upload_by_owner on understudy.upload (owner_id, created_at);
create index upload_by_sha256 on understudy.upload (sha256);
create index upload_by_expiry on understudy.upload (expires_at);

-- The pieces that count: an object that no row names was sent by whoever lost a race.
create table understudy.upload_piece (
  upload_id text not null references understudy.upload (id) on delete cascade,
  start_byte bigint not null,
  byte_length bigint not null,
  sha256 text not null,
  primary key (upload_id, start_byte)
);

create table understudy.result_link (
  -- SHA-256 of the secret in the address.
  secret_sha256 bytea primary key,
  render_id text not null references understudy.render (id) on delete cascade,
  artifact_key text not null,
  file_name text not null,
  media_type text not null,
  byte_length bigint not null,
  sha256 text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index result_link_by_render on understudy.result_link (render_id);

-- Keys that all processes share, such as the one that the secrets of result links are derived from.
create table understudy.secret (
  name text primary key,
  value bytea not null
);

create table understudy.webhook_endpoint (
  id text primary key,
  owner_id text not null,
  url text not null,
  -- Empty: all kinds of events.
  event_types text[] not null,
  -- Newest first; the older ones still sign until they expire.
  secrets jsonb not null,
  next_sequence bigint not null default 1,
  created_at timestamptz not null,
  disabled_at timestamptz,
  removed_at timestamptz
);
create index webhook_endpoint_by_owner on understudy.webhook_endpoint (owner_id, created_at);

create table understudy.webhook_message (
  id text primary key,
  endpoint_id text not null references understudy.webhook_endpoint (id) on delete cascade,
  owner_id text not null,
  render_id text,
  type text not null,
  sequence bigint not null,
  body text not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  -- Until when whoever delivers it has it for themselves.
  claimed_until timestamptz,
  created_at timestamptz not null,
  give_up_at timestamptz not null,
  unique (endpoint_id, sequence)
);
create index webhook_message_due on understudy.webhook_message (next_attempt_at) where state = 'waiting';
create index webhook_message_by_owner on understudy.webhook_message (owner_id, created_at desc);
create index webhook_message_by_render on understudy.webhook_message (render_id);

create table understudy.webhook_attempt (
  message_id text not null references understudy.webhook_message (id) on delete cascade,
  number integer not null,
  at timestamptz not null,
  milliseconds integer not null,
  status integer,
  error text,
  primary key (message_id, number)
);

create table understudy.paid_call (
  -- Names the work: the same work is never submitted under another name.
  key text primary key,
  state text not null check (state in ('intent', 'submitted')),
  remote_id text,
  created_at timestamptz not null,
  submitted_at timestamptz
);

-- What a child of a run made, by its name: a later life, or a retry, takes it over instead of making it again.
create table understudy.kept_child (
  render_id text not null references understudy.render (id) on delete cascade,
  name text not null,
  -- { "value": ... } as JSON text, which may hold what jsonb refuses.
  outcome json not null,
  -- [{ "position", "key", "sha256" }]: files in the artifact store, by their place among the child's files.
  files jsonb not null,
  kept_at timestamptz not null,
  primary key (render_id, name)
);

create table understudy.runner (
  id text primary key,
  role text not null,
  version text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  -- Another runner took its work: it must not go on.
  taken_over_at timestamptz
);

create table understudy.person_link (
  -- SHA-256 of the token in the address of the page for the person in the photo.
  token_sha256 bytea primary key,
  owner_id text not null,
  subject_id text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index person_link_by_subject on understudy.person_link (subject_id);

create table understudy.problem_report (
  id text primary key,
  owner_id text not null,
  subject_id text,
  render_id text,
  text text not null,
  contact text,
  created_at timestamptz not null,
  answer_due_at timestamptz not null,
  closed_at timestamptz
);
create index problem_report_by_owner on understudy.problem_report (owner_id, created_at);

-- Where the service answers when the configuration does not say: the process that began to listen last.
create table understudy.service_address (
  id integer primary key default 1 check (id = 1),
  url text not null
);

-- What was computed of a source video alone, so that its next photo costs less; the files lie in the artifact store under
-- templates/OWNER/SHA256/. Another owner's are never used: a video is no key to what somebody else sent in.
create table understudy.template (
  owner_id text not null,
  source_sha256 text not null,
  used_at timestamptz not null,
  primary key (owner_id, source_sha256)
);
create index template_unused on understudy.template (used_at);

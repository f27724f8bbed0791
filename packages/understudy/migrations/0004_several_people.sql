-- Whose faces a render puts in besides the first person's: [{ "consentId", "subjectId" }], as far as they are known.
alter table understudy.render add column other_people jsonb not null default '[]';
create index render_by_other_people on understudy.render using gin (other_people jsonb_path_ops);

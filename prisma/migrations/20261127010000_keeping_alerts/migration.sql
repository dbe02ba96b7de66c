-- What is forgotten by its age. Done half-way, it goes on where it stopped (20261126192100_keeping_indexes says why like this).

begin;
create index if not exists alert_created on alert (created_at);
commit;

begin;
create index if not exists incident_last on incident (last_at);
commit;

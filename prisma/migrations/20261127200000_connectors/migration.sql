-- What comes through a connector is on record like any other delivery. A new connector needs no migration.
alter table "delivery" drop constraint "delivery_provider_check";
alter table "delivery" add constraint "delivery_provider_check"
  check (
    "provider" in ('github', 'gitlab', 'sentry', 'glitchtip', 'api')
    or "provider" ~ '^connector:[a-z0-9][a-z0-9-]{0,39}$'
  ) not valid;

-- Only widens: what the version before writes is still allowed. It does not read rows of the new kind.

alter table "effect"
  drop constraint "effect_kind_check",
  add constraint "effect_kind_check" check (
    "kind" in ('reaction', 'comment', 'check-run', 'pull-request', 'reply', 'config-check'));

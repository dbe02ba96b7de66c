-- What was found when it was tried to prove a change by its tests. Only adds: the version before leaves it empty.

alter table run add column proof jsonb;

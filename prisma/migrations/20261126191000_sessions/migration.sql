-- People who are signed in. The token is nowhere: `token_hash` is its HMAC under a pepper that the database does not hold.
-- `issuer` null: signed in by a link, without an identity provider.
create table user_session (
  id uuid primary key,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  tenant_id text not null references tenant (id) on delete cascade on update restrict,
  issuer text,
  subject text not null check (length(subject) between 1 and 255),
  sid text check (length(sid) between 1 and 255),
  name text not null check (length(name) between 1 and 255),
  role text not null check (role in ('admin', 'maintainer', 'reviewer', 'observer')),
  created_at timestamptz(3) not null default now(),
  seen_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);
create index user_session_issuer_subject_idx on user_session (issuer, subject);
create index user_session_expires_at_idx on user_session (expires_at);
create index user_session_tenant_idx on user_session (tenant_id);

-- One per tenant: a new link takes the place of the one before.
create table sign_in_link (
  tenant_id text primary key references tenant (id) on delete cascade on update restrict,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  expires_at timestamptz(3) not null
);

-- Logout tokens that were obeyed, so that none counts twice.
create table logout_notice (
  issuer text not null,
  jti text not null check (length(jti) between 1 and 255),
  expires_at timestamptz(3) not null,
  primary key (issuer, jti)
);
create index logout_notice_expires_at_idx on logout_notice (expires_at);

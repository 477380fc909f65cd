#!/usr/bin/env bash
# Run once by the image of PostgreSQL: the role that the services work as, and a log without clients' words.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=password="$APP_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE familylaw_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SELECT format('ALTER ROLE %I SET %I = %L', role, setting, value)
FROM unnest(ARRAY['familylaw', 'familylaw_app']) AS role,
     (VALUES ('log_min_messages', 'log'), ('log_min_error_statement', 'panic'),
             ('log_error_verbosity', 'terse'), ('log_parameter_max_length', '0'),
             ('log_parameter_max_length_on_error', '0'), ('log_statement', 'none'),
             ('log_duration', 'off'), ('log_min_duration_statement', '-1'),
             ('log_min_duration_sample', '-1'), ('log_transaction_sample_rate', '0')) AS s (setting, value)
\gexec
SQL

-- Once, as the server's administrator: psql -f roles.sql. Then set the passwords with \password.
-- familylaw owns the tables, familylaw_app is what the services work as, familylaw_backup only reads.
CREATE ROLE familylaw LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE familylaw_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 60;
CREATE ROLE familylaw_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 3;
GRANT pg_read_all_data TO familylaw_backup;

-- Names in the order of the Finnish and Swedish alphabets.
CREATE DATABASE familylaw OWNER familylaw TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER icu ICU_LOCALE 'fi' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE familylaw FROM PUBLIC;
GRANT CONNECT ON DATABASE familylaw TO familylaw_app, familylaw_backup;

-- The server logs no statement that fails, since names and numbers would stand in it. The app logs what
-- went wrong without them.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['familylaw', 'familylaw_app', 'familylaw_backup'] LOOP
        EXECUTE format('ALTER ROLE %I SET log_min_messages = log', role);
        EXECUTE format('ALTER ROLE %I SET log_min_error_statement = panic', role);
        EXECUTE format('ALTER ROLE %I SET log_error_verbosity = terse', role);
        EXECUTE format('ALTER ROLE %I SET log_parameter_max_length = 0', role);
        EXECUTE format('ALTER ROLE %I SET log_parameter_max_length_on_error = 0', role);
        EXECUTE format('ALTER ROLE %I SET log_statement = none', role);
        EXECUTE format('ALTER ROLE %I SET log_duration = off', role);
        EXECUTE format('ALTER ROLE %I SET log_min_duration_statement = -1', role);
        EXECUTE format('ALTER ROLE %I SET log_min_duration_sample = -1', role);
        EXECUTE format('ALTER ROLE %I SET log_transaction_sample_rate = 0', role);
    END LOOP;
END
$$;

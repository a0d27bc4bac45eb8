-- Version 3: tokens and the audit list lie in `access.db`, which took them over before.
DROP TABLE audit;
DROP TABLE api_token;

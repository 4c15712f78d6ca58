-- Answers are stored packed: a thousand parcels are 9 MB of JSON text and 0.8 MB packed.
-- `answer` holds the text of those that were stored before, `answer_packed` the same bytes under Brotli (RFC 7932).
alter table check_record alter column answer drop not null;
alter table check_record add column answer_packed bytea;
alter table check_record alter column answer_packed set storage external;
alter table check_record add constraint check_record_one_answer check (num_nonnulls(answer, answer_packed) = 1);

CREATE TABLE conversation_info (user_id TEXT, user_name TEXT);
INSERT INTO conversation_info VALUES ('c1', 'Bram'), ('c2', 'Cleo');
CREATE TABLE message (id TEXT, conversation_id TEXT, sender_id TEXT, created_timestamp INTEGER, is_incoming INTEGER, payload_type TEXT, payload TEXT, reply_to_id TEXT);
INSERT INTO message VALUES ('a', 'c1', NULL, 1650000001500, 1, 'TEXT', '{"text":"is that a gate?","type":"TEXT"}', NULL);
INSERT INTO message VALUES ('b', 'c1', NULL, 1650000060000, 0, 'TEXT', '{"text":"a fence, really"}', 'a');
INSERT INTO message VALUES ('c', 'c1', NULL, 1650000030000, 0, 'GIF', '{"url":"https://example.org/x.gif?key=1"}', NULL);
INSERT INTO message VALUES ('d', 'c9', NULL, 1650000090000, 1, 'AUDIO', '{"url":"https://example.org/v.m4a","duration":3}', NULL);
INSERT INTO message VALUES ('e', 'c2', NULL, 1650000120000, 1, 'NEW_THING', 'not json', NULL);
INSERT INTO message VALUES ('f', 'c2', NULL, NULL, 1, 'TEXT', '{"text":"no moment"}', NULL);

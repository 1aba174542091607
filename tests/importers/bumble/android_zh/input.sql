CREATE TABLE conversation_info (user_id TEXT, user_name TEXT);
INSERT INTO conversation_info VALUES ('c1', '小满');
CREATE TABLE message (conversation_id TEXT, created_timestamp INTEGER, is_incoming INTEGER, payload_type TEXT, payload TEXT);
INSERT INTO message VALUES ('c1', 1650000001500, 1, 'TEXT', '{"text":"喝茶吗"}'), ('c1', 1650000002500, 0, 'QUESTION_GAME', '{"text":"最喜欢的茶？"}');

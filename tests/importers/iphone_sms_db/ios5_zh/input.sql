CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT, date INTEGER, text TEXT, flags INTEGER, replace INTEGER, svc_center TEXT, group_id INTEGER, association_id INTEGER, height INTEGER, UIFlags INTEGER, version INTEGER, subject TEXT, country TEXT, headers BLOB, recipients BLOB, read INTEGER, madrid_attributedBody BLOB, madrid_handle TEXT, madrid_version INTEGER, madrid_guid TEXT, madrid_type INTEGER, madrid_roomname TEXT, madrid_service TEXT, madrid_account TEXT, madrid_flags INTEGER, madrid_attachmentInfo BLOB, madrid_url TEXT, madrid_error INTEGER, is_madrid INTEGER, madrid_date_read INTEGER, madrid_date_delivered INTEGER, madrid_account_guid TEXT);
CREATE TABLE msg_group (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, type INTEGER, newest_message INTEGER, unread_count INTEGER, hash INTEGER);
CREATE TABLE group_member (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER, address TEXT, country TEXT);
CREATE TABLE msg_pieces (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER, data BLOB, part_id INTEGER, preview_part INTEGER, content_type TEXT, height INTEGER, version INTEGER, flags INTEGER, content_id TEXT, content_loc TEXT, headers BLOB);
INSERT INTO group_member (group_id, address, country) VALUES (1, '139 0000 0001', 'cn'), (2, '10690000', 'cn');
INSERT INTO message (ROWID, address, date, text, flags, group_id) VALUES
 (1, '139 0000 0001', 1325376000, '船桨修好了吗', 2, 1),
 (2, '139 0000 0001', 1325376060, '修好了，在棚子里', 3, 1),
 (3, '10690000', 1325379600, '您的包裹已到驿站', 2, 2),
 (4, '139 0000 0001', 1325380000, '这条没有发出去', 33, 1);
INSERT INTO message (ROWID, date, text, is_madrid, madrid_handle, madrid_flags, madrid_error, madrid_roomname) VALUES
 (5, 347155200, '换成蓝色气泡了', 1, '+8613900000001', 12289, 0, NULL),
 (6, 347155260, '真的是蓝色', 1, '+8613900000001', 36869, 0, NULL),
 (7, 347155300, '没有网络', 1, '+8613900000001', 32773, 4, NULL),
 (8, 347155400, '周末三个人去划船', 1, 'aming@river.example', 12289, 0, 'chat77'),
 (9, 347155460, '好', 1, NULL, 36869, 0, 'chat77');

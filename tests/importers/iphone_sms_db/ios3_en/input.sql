CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT, date INTEGER, text TEXT, flags INTEGER, replace INTEGER, svc_center TEXT, group_id INTEGER, association_id INTEGER, height INTEGER, UIFlags INTEGER, version INTEGER, subject TEXT, country TEXT, headers BLOB, recipients BLOB, read INTEGER);
CREATE TABLE msg_group (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, type INTEGER, newest_message INTEGER, unread_count INTEGER, hash INTEGER);
CREATE TABLE group_member (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER, address TEXT, country TEXT);
CREATE TABLE msg_pieces (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER, data BLOB, part_id INTEGER, preview_part INTEGER, content_type TEXT, height INTEGER, version INTEGER, flags INTEGER, content_id TEXT, content_loc TEXT, headers BLOB);
INSERT INTO group_member (group_id, address, country) VALUES (1, '(555) 010-0001', 'us'), (2, '(555) 010-0001', 'us'), (2, '(555) 010-0002', 'us');
INSERT INTO message (ROWID, address, date, text, flags, group_id, subject) VALUES
 (1, '(555) 010-0001', 1262304000, 'the lamp at the pier is red', 2, 1, NULL),
 (2, '+15550100001', 1262304060, 'then the ferry is late', 3, 1, NULL),
 (3, '(555) 010-0001', 1262304120, NULL, 2, 1, NULL),
 (4, '(555) 010-0002', 1262304180, 'both of you: soup at six', 2, 2, NULL),
 (5, '(555) 010-0001', 1262304240, 'gone', 129, 1, NULL),
 (6, '(555) 010-0001', 1262304300, NULL, 2, 1, NULL),
 (7, '(555) 010-0001', NULL, 'no date', 2, 1, NULL),
 (8, '(555) 010-0001', 1262304360, 'with a title', 3, 1, 'Soup');
INSERT INTO msg_pieces (message_id, data, part_id, content_type, content_loc) VALUES
 (3, NULL, 0, 'application/smil', '0.smil'), (3, NULL, 1, 'image/jpeg', 'IMG_0007.jpg'), (3, CAST('look at it' AS BLOB), 2, 'text/plain', 'text_0.txt');

window.__WEFLOW_CHUNK_LOADED__(0,[{"i": 1, "t": 1650000000, "s": 0, "a": "", "b": "<div class=\"message-content\"><div class=\"message-text\">雾散了</div></div>"},
{"i": 2, "t": 1650000030, "s": 1, "a": "", "b": "<div class=\"message-content\"><div class=\"message-text\">看见山了</div></div>"}]);

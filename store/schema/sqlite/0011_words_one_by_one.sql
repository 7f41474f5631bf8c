-- 0011: the lists of words of the tables that every notice writes to. For a list of more than two words
-- behind IN SQLite makes a table of its own, with each row that is written: a fifth of what planning
-- costs. The same words, one after the other, need none. The rows are not touched: the text of the
-- tables is changed, as SQLite's manual says for what is only checked (the driver allows it here alone).

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (kind IN (''immediate'', ''update'',
                 ''digest'', ''reminder'', ''escalation'', ''waiting''))',
'CHECK (kind = ''immediate'' OR kind = ''update'' OR kind = ''digest'' OR
kind = ''reminder'' OR kind = ''escalation'' OR kind = ''waiting'')')
WHERE type = 'table' AND name = 'notice';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (state IN (''planned'', ''sealing'',
                 ''ready'', ''sending'', ''dotted'', ''uncertain'', ''accepted'', ''passed'', ''answered'',
                 ''tasked'', ''superseded'', ''cancelled''))',
'CHECK (state = ''planned'' OR state = ''sealing'' OR state = ''ready'' OR
state = ''sending'' OR state = ''dotted'' OR state = ''uncertain'' OR
state = ''accepted'' OR state = ''passed'' OR state = ''answered'' OR state = ''tasked'' OR
state = ''superseded'' OR state = ''cancelled'')')
WHERE type = 'table' AND name = 'notice';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (level IN (''sealed'', ''tls'', ''waiting'', ''task''))',
'CHECK (level = ''sealed'' OR level = ''tls'' OR level = ''waiting'' OR level = ''task'')')
WHERE type = 'table' AND name = 'notice';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (route IN (''smtp'', ''file'', ''portal'', ''letter'', ''phone''))',
'CHECK (route = ''smtp'' OR route = ''file'' OR route = ''portal'' OR route = ''letter'' OR
route = ''phone'')')
WHERE type = 'table' AND name = 'notice';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (grade IN (''none'', ''taken'',
                 ''passed-on'', ''delivered'', ''displayed'', ''answered'', ''action'', ''bounced''))',
'CHECK (grade = ''none'' OR grade = ''taken'' OR grade = ''passed-on'' OR
grade = ''delivered'' OR grade = ''displayed'' OR grade = ''answered'' OR
grade = ''action'' OR grade = ''bounced'')')
WHERE type = 'table' AND name = 'notice';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (answer IN (''received'', ''done'', ''not-here'', ''question''))',
'CHECK (answer = ''received'' OR answer = ''done'' OR answer = ''not-here'' OR
answer = ''question'')')
WHERE type = 'table' AND name = 'notice';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (level IN (''sealed'', ''tls'', ''waiting'', ''task''))',
'CHECK (level = ''sealed'' OR level = ''tls'' OR level = ''waiting'' OR level = ''task'')')
WHERE type = 'table' AND name = 'parcel';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (verdict IN (''accepted'', ''deferred'', ''refused'', ''uncertain'', ''lapsed''))',
'CHECK (verdict = ''accepted'' OR verdict = ''deferred'' OR verdict = ''refused'' OR
verdict = ''uncertain'' OR verdict = ''lapsed'')')
WHERE type = 'table' AND name = 'attempt';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (grade IN (''none'', ''taken'',
              ''passed-on'', ''delivered'', ''displayed'', ''answered'', ''action'', ''bounced''))',
'CHECK (grade = ''none'' OR grade = ''taken'' OR grade = ''passed-on'' OR
grade = ''delivered'' OR grade = ''displayed'' OR grade = ''answered'' OR
grade = ''action'' OR grade = ''bounced'')')
WHERE type = 'table' AND name = 'receipt';

UPDATE sqlite_schema SET sql = replace(sql,
'CHECK (how IN (''smtp'', ''file'', ''dsn'', ''mdn'', ''mail'', ''phone'', ''letter'', ''task''))',
'CHECK (how = ''smtp'' OR how = ''file'' OR how = ''dsn'' OR how = ''mdn'' OR
how = ''mail'' OR how = ''phone'' OR how = ''letter'' OR how = ''task'')')
WHERE type = 'table' AND name = 'receipt';

PRAGMA writable_schema = RESET;

PRAGMA user_version = 11;

"""Passwords of ten characters and more that are tried first, here and elsewhere; folded (no marks, lower case)."""

_WORDS = """
0123456789a 123123123a 1234567890a 123456789a 123456789q 123abc456def 123qwe123qwe 123qweasdzxc 147258369a
159357456a 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qaz@wsx3edc 1qazxsw2345 987654321a a123456789 a1234567890
aa123456789 abc1234567 abc123456789 abcd123456 abcd12345678 abcde12345 abcdefghij abcdefghijk admin12345 admin123456
administrator anhnhoem123 anhyeuem12 anhyeuem123 anhyeuem1234 anhyeuemmaimai anhyeuemnhieulam asdfghjkl1
asdfghjkl123 asdfghjkl; baseball12 basketball bongda12345 changeme123 chelsea123 chinhphu123 computer123 congdan123
congdan1234 congthongtin danban1234 danban12345 danban123456 danbiet123 danbietdanban dangcongsan demo123456
diamond123 doimatkhau emyeuanh123 emyeuanhmaimai football12 football123 forever123 gfhjkm1234 gopyduthao hanoi12345
hanoi123456 hanoimuathu hochiminh1 hochiminh123 hoilamgi123 iloveyou12 iloveyou123 iloveyou1234 iloveyou22
jesuschrist khongbiet1 khongbiet123 khongcomatkhau khongcopass khongnoi123 letmein123 letmein1234 lienminhhuyenthoai
liverpool1 liverpool123 manchester manchesterunited master1234 matkhau123 matkhau1234 matkhau12345 matkhau123456
matkhaucu1 matkhaulagi matkhaumoi matkhaumoi1 michael123 monkey1234 muahexanh1 nguyen12345 nguyen123456 nguyenvan1
nguyenvana nguyenvanb nothing123 p@ssw0rd12 p@ssw0rd123 p@ssword123 pa55word123 passw0rd12 passw0rd123 password00
password01 password10 password11 password12 password123 password1234 password12345 password123456 password99
passwordla1 passwordpassword princess12 princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc1 qazwsxedc123 qazwsxedcrfv
qwe123456789 qweasdzxc1 qweasdzxc123 qwer123456 qwer12345678 qwert12345 qwerty1234 qwerty12345 qwerty123456
qwerty123456789 qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] saigon12345 samsung123 secret1234 starwars123
sunshine12 sunshine123 superman12 superman123 taikhoan123 test123456 test12345678 thanhcong1 thanhpho123 tinhyeu123
tinhyeu1234 toiyeuem123 toiyeuvietnam trustno123 trustno1234 user123456 vietnam123 vietnam1234 vietnam12345
vietnam123456 vietnam2024 vietnam2025 vietnam2026 vietnamvodich welcome123 welcome1234 xinchao123 xinchao1234
yeuem12345 yeuvietnam zaq12wsxcde3 zaq1zaq1zaq1 zxcvbnm,./ zxcvbnm123 zxcvbnm1234
"""

COMMON = frozenset(_WORDS.split())

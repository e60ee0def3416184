/**
 * An authority, and three certificates it has signed for one key, valid from 2020. `fine` is for localhost and 127.0.0.1,
 * until 2120. `expired` is for the same names, until the end of 2020. `other` is for other.example, until 2120. They are
 * for tests only, and the authority's key is not kept. These commands made them (openssl 3.0):
 *
 *     printf '%s\n' '[ca]' default_ca=lab '[lab]' new_certs_dir=. database=index rand_serial=yes default_md=sha256 policy=any \
 *       '[any]' commonName=supplied '[authority]' basicConstraints=critical,CA:true '[leaf]' 'subjectAltName=$ENV::NAMES' >conf
 *     touch index
 *     for key in authority leaf; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $key.key; done
 *     sign() { # <name> <key> <until> <section> <by>
 *       openssl req -new -key $2.key -subj "/CN=asyncio-lab test $1" |
 *         openssl ca -config conf -batch -notext -startdate 20200101000000Z -enddate $3 -extensions $4 -keyfile authority.key $5 -in /dev/stdin >$1.pem; }
 *     export NAMES=IP:127.0.0.1,DNS:localhost
 *     sign authority authority 21200101000000Z authority -selfsign
 *     sign fine leaf 21200101000000Z leaf '-cert authority.pem'
 *     sign expired leaf 20201231000000Z leaf '-cert authority.pem'
 *     NAMES=DNS:other.example sign other leaf 21200101000000Z leaf '-cert authority.pem'
 */
export const authority = `-----BEGIN CERTIFICATE-----
MIIBgDCCASagAwIBAgIUI5JbqAAF02x/yGn69ee4AJFk7z0wCgYIKoZIzj0EAwIw
JTEjMCEGA1UEAwwaYXN5bmNpby1sYWIgdGVzdCBhdXRob3JpdHkwIBcNMjAwMTAx
MDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMCUxIzAhBgNVBAMMGmFzeW5jaW8tbGFi
IHRlc3QgYXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEn5AXWHra
tK1w7IgbUshBsAiI4gntiRcqWwuxhVfWvG2cDfqRk945fqdt1LV/hnsnz0p4/EaC
JaES2HdoYglZbaMyMDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUGvdY+fcP
RUt/U/RxoA+ZQhmesJwwCgYIKoZIzj0EAwIDSAAwRQIhAKfRhHTSDxf6ZaqUNhYK
bEDn46s8FFet1Bdf38RQ43O4AiAS3T6XcFBynQIWET2tlr7dUiJfTp3qVdv9lKPl
oONhhw==
-----END CERTIFICATE-----`;

export const fine = `-----BEGIN CERTIFICATE-----
MIIBpjCCAU2gAwIBAgIUaYyH7JFp5XXqiiMHMQY2n3iC2iowCgYIKoZIzj0EAwIw
JTEjMCEGA1UEAwwaYXN5bmNpby1sYWIgdGVzdCBhdXRob3JpdHkwIBcNMjAwMTAx
MDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMCAxHjAcBgNVBAMMFWFzeW5jaW8tbGFi
IHRlc3QgZmluZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCHntztLRbBTSA/W
wuhyJcDHafjxGgXpTrewyxTGDsEmlJoO271K8bGsCkQlO9RmWZFuCoEiEAEU9Q8C
7lKzlM6jXjBcMBoGA1UdEQQTMBGHBH8AAAGCCWxvY2FsaG9zdDAdBgNVHQ4EFgQU
3WcmQ2dzww5KjBvn9J+c+MxsR5cwHwYDVR0jBBgwFoAUGvdY+fcPRUt/U/RxoA+Z
QhmesJwwCgYIKoZIzj0EAwIDRwAwRAIgQo+vVQSXh6QeYexeX9CySXgslQxVXjpe
gS+tgNB4xKUCIH5ewgaxPp17rvZXmJS1vD/gUvt2D68lgOof5bOoyhqQ
-----END CERTIFICATE-----`;

export const expired = `-----BEGIN CERTIFICATE-----
MIIBqTCCAU6gAwIBAgIUCdXSEJj2KkFQ9IQcRHAZCcrFVjgwCgYIKoZIzj0EAwIw
JTEjMCEGA1UEAwwaYXN5bmNpby1sYWIgdGVzdCBhdXRob3JpdHkwHhcNMjAwMTAx
MDAwMDAwWhcNMjAxMjMxMDAwMDAwWjAjMSEwHwYDVQQDDBhhc3luY2lvLWxhYiB0
ZXN0IGV4cGlyZWQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQh57c7S0WwU0gP
1sLociXAx2n48RoF6U63sMsUxg7BJpSaDtu9SvGxrApEJTvUZlmRbgqBIhABFPUP
Au5Ss5TOo14wXDAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwHQYDVR0OBBYE
FN1nJkNnc8MOSowb5/SfnPjMbEeXMB8GA1UdIwQYMBaAFBr3WPn3D0VLf1P0caAP
mUIZnrCcMAoGCCqGSM49BAMCA0kAMEYCIQCTjn3/TWkshZciH3r19X2zWs/i26eT
3Otx3WS1WGCmdwIhANL08x/F6DCU3dCym6t2VK2wAAVBW2YqFovfBGCnxoe+
-----END CERTIFICATE-----`;

export const other = `-----BEGIN CERTIFICATE-----
MIIBpjCCAUygAwIBAgIUV0fF8x2wrjs+o24oPqSyn/qJ5fQwCgYIKoZIzj0EAwIw
JTEjMCEGA1UEAwwaYXN5bmNpby1sYWIgdGVzdCBhdXRob3JpdHkwIBcNMjAwMTAx
MDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMCExHzAdBgNVBAMMFmFzeW5jaW8tbGFi
IHRlc3Qgb3RoZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQh57c7S0WwU0gP
1sLociXAx2n48RoF6U63sMsUxg7BJpSaDtu9SvGxrApEJTvUZlmRbgqBIhABFPUP
Au5Ss5TOo1wwWjAYBgNVHREEETAPgg1vdGhlci5leGFtcGxlMB0GA1UdDgQWBBTd
ZyZDZ3PDDkqMG+f0n5z4zGxHlzAfBgNVHSMEGDAWgBQa91j59w9FS39T9HGgD5lC
GZ6wnDAKBggqhkjOPQQDAgNIADBFAiEAw9wZvWyeBh8AEVk0cYO+i4x6/SeS5mTV
1lWBOR52VwICIHhL3T7058NpjBoG9mOqicaAIy+SgUSQbozVaHKjGNd9
-----END CERTIFICATE-----`;

/** The key of all three certificates. */
export const leafKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgK4+wxTlGuKH2BUAm
puPyFw2rGnn71QxrEf9+oa8TknChRANCAAQh57c7S0WwU0gP1sLociXAx2n48RoF
6U63sMsUxg7BJpSaDtu9SvGxrApEJTvUZlmRbgqBIhABFPUPAu5Ss5TO
-----END PRIVATE KEY-----`;

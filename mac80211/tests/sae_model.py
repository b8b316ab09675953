"""A naive model of SAE and OWE in plain integers: prints the numbers that src/sae/tests.rs,
src/sae/pwe/tests.rs and src/owe/tests.rs hold. Run by hand; needs nothing but Python 3."""
import hashlib
import hmac

# p, b, order, z of SSWU, generator, hash (FIPS 186-4; a is -3 throughout)
CURVES = {
    19: (2**256 - 2**224 + 2**192 + 2**96 - 1,
         0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
         0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551, -10,
         0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, "sha256"),
    20: (2**384 - 2**128 - 2**96 + 2**32 - 1,
         0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
         0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973, -12,
         0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7, "sha384"),
    21: (2**521 - 1,
         0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
         2**521 - 657877501894328237357444332315020117536923257219387276263472201219398408051703, -4,
         0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66, "sha512"),
}


class Curve:
    def __init__(self, group):
        self.group = group
        self.p, self.b, self.r, self.z, self.gx, self.hash = CURVES[group]
        self.bits = self.p.bit_length()
        self.len = (self.bits + 7) // 8
        self.hlen = hashlib.new(self.hash).digest_size

    def gx3(self, x):
        return (x**3 - 3 * x + self.b) % self.p

    def sqrt(self, n):
        root = pow(n, (self.p + 1) // 4, self.p)
        return root if root * root % self.p == n % self.p else None

    def add(self, P, Q):
        if P is None:
            return Q
        if Q is None:
            return P
        (x1, y1), (x2, y2), p = P, Q, self.p
        if x1 == x2 and (y1 + y2) % p == 0:
            return None
        m = (3 * x1 * x1 - 3) * pow(2 * y1, -1, p) if P == Q else (y2 - y1) * pow(x2 - x1, -1, p)
        x = (m * m - x1 - x2) % p
        return x, (m * (x1 - x) - y1) % p

    def mul(self, k, P):
        out = None
        while k:
            if k & 1:
                out = self.add(out, P)
            P, k = self.add(P, P), k >> 1
        return out

    def sswu(self, u):
        p, a = self.p, -3
        m = (self.z**2 * u**4 + self.z * u**2) % p
        t = pow(m, -1, p) if m else 0
        x = (-self.b * pow(a, -1, p) * (1 + t)) % p if m else self.b * pow(self.z * a, -1, p) % p
        if self.sqrt(self.gx3(x)) is None:
            x = self.z * u * u * x % p
        y = self.sqrt(self.gx3(x))
        return x, y if (y & 1) == (u & 1) else p - y

    def point(self, P):
        return P[0].to_bytes(self.len, "big") + P[1].to_bytes(self.len, "big")


def mac(hash, key, data):
    return hmac.new(key, data, hash).digest()


def expand(hash, prk, info, length):
    out, t, i = b"", b"", 1
    while len(out) < length:
        t = mac(hash, prk, t + info + bytes([i]))
        out, i = out + t, i + 1
    return out[:length]


def kdf(hash, key, label, context, bits):
    out, i = b"", 1
    while len(out) * 8 < bits:
        out += mac(hash, key, i.to_bytes(2, "little") + label + context + bits.to_bytes(2, "little"))
        i += 1
    return int.from_bytes(out, "big") >> (len(out) * 8 - bits)


def addresses(a, b):
    return max(a, b) + min(a, b)


def hunt(c, a, b, password):
    for counter in range(1, 201):
        seed = mac("sha256", addresses(a, b), password + bytes([counter]))
        x = kdf("sha256", seed, b"SAE Hunting and Pecking", c.p.to_bytes(c.len, "big"), c.bits)
        if x < c.p and (y := c.sqrt(c.gx3(x))) is not None:
            return (x, y if (y & 1) == (seed[-1] & 1) else c.p - y), counter


def pt(c, ssid, password, identifier=b""):
    seed = mac(c.hash, ssid, password + identifier)
    length = c.len + (c.len + 1) // 2
    u = [int.from_bytes(expand(c.hash, seed, b"SAE Hash to Element " + n, length), "big") % c.p
         for n in (b"u1 P1", b"u2 P2")]
    return c.add(c.sswu(u[0]), c.sswu(u[1]))


def h2e(c, a, b, *of):
    val = int.from_bytes(mac(c.hash, bytes(c.hlen), addresses(a, b)), "big")
    return c.mul(val % (c.r - 1) + 1, pt(c, *of))


def exchange(c, pwe, sides, hash, pmk_len, salt):
    """sides: rand and mask of either. Gives the commits, KCK, PMK, PMKID and the first's first confirm."""
    n = c.len
    commits = []
    for rand, mask in sides:
        x, y = c.mul(mask, pwe)
        commits.append(((rand + mask) % c.r, (x, c.p - y)))
    (s1, e1), (s2, e2) = commits
    shared = c.mul(sides[0][0], c.add(c.mul(s2, pwe), e2))
    assert shared == c.mul(sides[1][0], c.add(c.mul(s1, pwe), e1))
    hlen = hashlib.new(hash).digest_size
    seed = mac(hash, salt or bytes(hlen), shared[0].to_bytes(n, "big"))
    total = ((s1 + s2) % c.r).to_bytes(n, "big")
    okm = kdf(hash, seed, b"SAE KCK and PMK", total, (hlen + pmk_len) * 8)
    okm = okm.to_bytes(hlen + pmk_len, "big")
    sent = [s.to_bytes(n, "big") + c.point(e) for s, e in commits]
    confirm = mac(hash, okm[:hlen], b"\x01\x00" + sent[0] + sent[1])
    return sent, okm[:hlen], okm[hlen:], total[:16], confirm


def owe(c, x, y):
    G = c.gx, c.sqrt(c.gx3(c.gx))  # only x counts, so either root will do
    C, A, z = (P[0].to_bytes(c.len, "big") for P in (c.mul(x, G), c.mul(y, G), c.mul(x * y, G)))
    prk = mac(c.hash, C + A + c.group.to_bytes(2, "little"), z)
    pmkid = hashlib.new(c.hash, C + A).digest()[:16]
    return C, A, expand(c.hash, prk, b"OWE Key Generation", c.hlen), pmkid


if __name__ == "__main__":
    a, b = bytes.fromhex("4d3f2fffe387"), bytes.fromhex("a5d8aa958e3c")
    fill = lambda byte, c: int.from_bytes(bytes([byte]) * c.len, "big") & ((1 << c.bits) - 1)
    for g in CURVES:
        c = Curve(g)
        assert c.mul(c.r, (c.gx, c.sqrt(c.gx3(c.gx)))) is None
        print(f"== group {g}: 99 bytes of ff modulo p", hex(int.from_bytes(b"\xff" * 99, "big") % c.p))
        for pw in (b"mekmitasdigoat", b"oracle-passphrase", b"round 206" if g == 19 else b"round 147" if g == 20 else b"round 12"):
            P, rounds = hunt(c, a, b, pw)
            print("hunt", pw, rounds, c.point(P).hex())
        a2, b2 = bytes.fromhex("00095b66ec1e"), bytes.fromhex("000b6bd90246")
        print("h2e with id", c.point(h2e(c, a2, b2, b"byteme", b"mekmitasdigoat", b"psk4internet")).hex())
        pwe = h2e(c, a2, b2, b"byteme", b"mekmitasdigoat")
        print("h2e", c.point(pwe).hex())
        sides = [(fill(0x11, c), fill(0x22, c)), (fill(0x33, c), fill(0x55, c))]
        print("h2e, 32", *(v if isinstance(v, list) else v.hex() for v in exchange(c, pwe, sides, c.hash, 32, b"")[1:]))
        print("h2e, ext, rejected 20 by a2, 19 by b2",
              *(v.hex() for v in exchange(c, pwe, sides, c.hash, c.hlen, b"\x13\x00\x14\x00")[1:]))
        print("commits", *(v.hex() for v in exchange(c, pwe, sides, c.hash, 32, b"")[0]))
        P, _ = hunt(c, a2, b2, b"mekmitasdigoat")
        print("hunt", *(v.hex() for v in exchange(c, P, sides, "sha256", 32, b"")[1:]))
        print("owe", *(v.hex() for v in owe(c, fill(0x44, c), fill(0x66, c))))

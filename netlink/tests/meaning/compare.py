#!/usr/bin/env python3
"""Holds what we read in messages against what pyroute2 reads in them.

Reads lines of JSON: [family, message in hex, what Rust's Debug shows of our owned values]. There, a variant or tuple
is {"n": name, "a": [...]}, a struct {"n": name, "f": [[field, value], ...]}; the rest are lists, numbers and text.

Attributes are compared in their order. Names: pyroute2's, without underlines, ends in ours. Values by type:
  numbers    equal, or the same bits read with and without a sign; of bytes as hex digits, in the machine's order
  text       equal, without the NUL that ends it
  addresses  equal as bytes, where pyroute2 has text for them
  flags      there or not
  nests      attribute by attribute; the elements of an array one by one
  structs    number by number in their order, whatever the fields are called, padding left out
  arrays     number by number, as far as both know them; our bytes as its numbers
What pyroute2 gives no meaning, or another shape, is counted by name and printed at the end. What differs is printed,
and makes this fail, but for what is wrong there (WRONG).
"""
import collections
import ipaddress
import json
import re
import struct
import sys

from pyroute2.netlink import ctrlmsg
from pyroute2.netlink.generic import ethtool
from pyroute2.netlink.nl80211 import nl80211cmd
from pyroute2.netlink.rtnl.iprsocket import MarshalRtnl

ROUTE = MarshalRtnl().msg_map
ETHTOOL = {1: ethtool.ethtool_strset_msg, 2: ethtool.ethtool_linkinfo_msg, 4: ethtool.ethtool_linkmode_msg,
           6: ethtool.ethtool_linkstate_msg, 9: ethtool.ethtool_wol_msg}

# Where pyroute2 0.7.2 is wrong by the kernel's source, and what it makes of the value there.
WRONG = {
    # Bytes, with the attribute's own header in front.
    r"^route-.*\.([RPC]tab|Rate)$": lambda value: value[4:],
    # `nla_put_u32`, read as if in network order.
    r"^route-Filter\.Options\.Flags$": lambda value: int.from_bytes(value.to_bytes(4, "big"), "little"),
    # `nla_put_be16`, read as if not.
    r"\.PushVlanProtocol$": lambda value: int.from_bytes(value.to_bytes(2, "big"), "little"),
}

# What pyroute2 0.7.2 calls otherwise than the kernel's headers, which we follow; names that begin with a number differ
# by ours.
NAMES = {
    "IFLA_TUN_TYPE": "Mode",  # A tunnel's: which of two kinds' tables it takes.
    "ETHTOOL_A_LINKINFO_TP_MDIX_CTR": "TpMdixCtrl",
    "TCA_CAKE_STATS_MAX_NETLEN": "MinNetlen",
    "TCA_CAKE_STATS_MAX_ADJLEN": "MaxNetlen",
    "TCA_CAKE_STATS_MIN_NETLEN": "MinAdjlen",
    "TCA_CAKE_STATS_MIN_ADJLEN": "MaxAdjlen",
    "NL80211_BITRATE_ATTR_2GHZ_SHORTPREAMBLE": "TwoGhzShortpreamble",
    "NL80211_ATTR_4ADDR": "FourAddr",
    "NL80211_BSS_MAX": "LastSeenBoottime",
}

agree = collections.Counter()
lacks = collections.defaultdict(collections.Counter)
differ = []


def decode(family, message):
    kind, cmd = struct.unpack_from("=H", message, 4)[0], message[16] if len(message) > 16 else 0
    if family == "route":
        found = ROUTE.get(kind)
    elif family == "ethtool":
        # Requests and answers have numbers of their own; it knows those of requests.
        request = message[6] & 1
        found = ETHTOOL.get(cmd) if request else {1: 1, 2: 2, 4: 4, 6: 6, 9: 9}.get(cmd) and ETHTOOL[cmd]
    else:
        found = {"nl80211": nl80211cmd, "nlctrl": ctrlmsg}[family]
    if found is None:
        lacks["messages"][f"{family} {kind if family == 'route' else cmd}"] += 1
        return None
    message = found(message)
    try:
        message.decode()
    except Exception as why:  # It gives up on some.
        lacks["messages"][f"{family} {kind if family == 'route' else cmd}: {type(why).__name__}"] += 1
        return None
    return message


def plain(name):
    return re.sub(r"[^A-Za-z0-9]", "", name).lower()


def is_node(value, name=None):
    return isinstance(value, dict) and "n" in value and (name is None or value["n"] == name)


def field(node, name):
    return dict(node["f"])[name]


def unwrap(value):
    """A choice's variant is what is in it."""
    while is_node(value) and len(value.get("a", ())) == 1 and value["n"]:
        value = value["a"][0]
    return value


def numbers(value):
    """All numbers of a struct, in their order, without padding."""
    if is_node(value) and "f" in value:
        fields = [item for item in value["f"] if not re.match(r"pad|reserved|unused", item[0])]
        return [number for _, item in fields for number in numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value]


def as_wide(ours, count):
    """Bytes as so many numbers, if they are several bytes each."""
    width = len(ours) // max(count, 1)
    if width in (2, 4, 8) and len(ours) % width == 0 and all(isinstance(byte, int) and byte < 256 for byte in ours):
        return [int.from_bytes(ours[at : at + width], "little") for at in range(0, len(ours), width)]
    return ours


def same_number(ours, theirs):
    return ours == theirs or any(abs(ours - theirs) == 1 << bits for bits in (8, 16, 32, 64))


def bytes_of(text):
    """What a text may stand for."""
    yield text.encode(errors="surrogateescape")
    if re.fullmatch(r"([0-9a-fA-F]{2}:)*[0-9a-fA-F]{2}", text):
        yield bytes.fromhex(text.replace(":", ""))
    try:
        yield ipaddress.ip_address(text).packed
    except ValueError:
        pass


def same_value(path, ours, theirs):
    """Whether they agree; None where there is no telling."""
    if is_node(ours, "NameBuf"):
        ours = field(ours, "text")
    if isinstance(ours, str):
        return str(theirs) == ours
    if isinstance(ours, bool) or ours == {"n": "", "a": []}:
        return theirs in (True, None, "", b"") or None
    if isinstance(ours, int):
        if isinstance(theirs, str) and re.fullmatch(r"([0-9a-fA-F]{2}:)*[0-9a-fA-F]{2}", theirs):
            theirs = int.from_bytes(bytes.fromhex(theirs.replace(":", "")), "little")
        return same_number(ours, theirs) if isinstance(theirs, int) else None
    if isinstance(ours, list) and all(isinstance(item, int) for item in ours):
        if isinstance(theirs, str):
            if max(ours, default=0) > 255:
                return None
            whole = bytes(item & 255 for item in ours)
            return any(found in (whole, whole + b"\0", whole.rstrip(b"\0")) for found in bytes_of(theirs)) or None
        if isinstance(theirs, bytes):
            return theirs.rstrip(b"\0") == bytes(item & 255 for item in ours).rstrip(b"\0")
        if isinstance(theirs, (list, tuple)) and all(isinstance(item, int) for item in theirs):
            ours = as_wide(ours, len(theirs))
            return len(ours) == len(theirs) and all(map(same_number, ours, theirs))
    return None


def known_numbers(theirs):
    values = []
    for name, value in theirs.items():
        if name not in ("attrs", "header") and not name.startswith("__"):
            values.append(value)
    return values


def compare_numbers(path, mine, values):
    mine = as_wide(mine, len(values))
    if len(mine) >= len(values) > 0 and all(isinstance(item, int) for item in mine + values):
        result(path, all(map(same_number, mine, values)), mine, values)
    else:
        lacks["structs of another shape"][path] += 1


def result(path, same, ours, theirs):
    if same is None:
        lacks[f"values as {type(theirs).__name__}"][path] += 1
    elif same:
        agree[path.split(".")[0]] += 1
    else:
        differ.append((path, ours, theirs))


def compare_value(path, ours, slot_value):
    ours = unwrap(ours)
    for wrong, mend in WRONG.items():
        if re.search(wrong, path) and isinstance(slot_value, (bytes, int)):
            slot_value = mend(slot_value)
    if is_node(ours, "AttrBuf"):
        lacks["kept raw by us"][path] += 1
    elif is_node(ours, "NestBuf") or is_node(ours, "ElementBuf"):
        compare_nest(path, field(ours, "list"), slot_value)
    elif is_node(ours, "HeadedBuf"):
        compare_nest(path, field(ours, "list"), slot_value)
    elif is_node(ours, "FixedBuf") and isinstance(slot_value, dict):
        compare_numbers(path, numbers(field(ours, "value")), known_numbers(slot_value))
    elif isinstance(ours, list) and isinstance(slot_value, dict):
        compare_numbers(path, numbers(ours), known_numbers(slot_value))
    else:
        result(path, same_value(path, ours, slot_value), ours, slot_value)


def compare_nest(path, ours, theirs):
    attrs = field(ours, "attrs")
    if isinstance(theirs, dict) and "attrs" in theirs:
        compare_attrs(path, attrs, theirs["attrs"])
    elif isinstance(theirs, dict) and not attrs:
        agree[path.split(".")[0]] += 1
    elif isinstance(theirs, list) and len(theirs) == len(attrs):
        for mine, item in zip(attrs, theirs):
            element(path + ".[]", mine, item)
    else:
        lacks[f"nests as {type(theirs).__name__}"][path] += 1


def is_entry(mine):
    """A value whose type is an index; an attribute may be called the same."""
    return is_node(mine, "Value") and len(mine["a"]) == 2


def element(path, mine, item):
    if is_entry(mine):
        mine = mine["a"][1]
    compare_value(path, mine, item)


def compare_attrs(path, attrs, slots):
    if len(attrs) != len(slots):
        differ.append((path, f"{len(attrs)} attributes", f"{len(slots)}"))
        return
    for mine, slot in zip(attrs, slots):
        name, value = slot[0], slot[1]
        if is_node(mine, "ElementBuf") or is_entry(mine):
            if name == "UNKNOWN":
                lacks["unknown"][path + ".[]"] += 1
            else:
                element(path + ".[]", mine, value)
            continue
        here = f"{path}.{mine['n']}"
        if name == "UNKNOWN" or "header" in str(type(value)) or value is None and mine["a"] != [{"n": "", "a": []}]:
            lacks["unknown"][here] += 1
        elif NAMES.get(name) != mine["n"] and not plain(name).endswith(plain(mine["n"])):
            differ.append((here, mine["n"], name))
        elif mine["a"]:
            compare_value(here, mine["a"][0], value)


def main():
    for line in sys.stdin:
        family, message, ours = json.loads(line)
        theirs = decode(family, bytes.fromhex(message))
        if theirs is None:
            continue
        name = family
        while is_node(ours) and not is_node(ours, "MessageBuf"):
            name, ours = ours["n"], ours["a"][0]
        if field(field(ours, "attrs"), "tail"):
            # iproute2 leaves what it finds in the padding of some requests; we stop there.
            lacks["messages"][f"{family} with padding that is not zero"] += 1
            continue
        compare_attrs(f"{family}-{name}", field(field(ours, "attrs"), "attrs"), theirs["attrs"])
    for what, names in sorted(lacks.items()):
        print(f"{what}: {sum(names.values())}: " + ", ".join(f"{name} {count}" for name, count in names.most_common(40)))
    print("agree:", sum(agree.values()), dict(agree))
    for path, mine, theirs in differ[:50]:
        print("differ:", path, str(mine)[:200], "|", str(theirs)[:200])
    print(len(differ), "differ")
    sys.exit(1 if differ else 0)


main()

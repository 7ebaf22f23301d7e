import pytest

from network_security.sensors import ecs


def test_documents_are_nested_and_related_values_collected():
    document = ecs.document(
        {
            "source.ip": "192.0.2.1",
            "source.user.name": "ann",
            "user.name": "ann",
            "destination.domain": "mail.example.org",
            "dns.resolved_ip": ["192.0.2.1", "192.0.2.2"],
            "file.hash.md5": "00",
            "user.group.name": "staff",
            "network.bytes": 0,
            "event.action": None,
            "event.code": "",
            "rule.id": [],
            "related.user": ["bob"],
        }
    )

    assert document["source"] == {"ip": "192.0.2.1", "user": {"name": "ann"}}
    assert document["network"] == {"bytes": 0}
    assert "event" not in document
    assert "rule" not in document
    assert document["related"] == {
        "ip": ["192.0.2.1", "192.0.2.2"],
        "user": ["ann", "bob"],
        "hosts": ["mail.example.org"],
        "hash": ["00"],
    }


def test_related_values_stand_once_and_are_text():
    document = ecs.document(
        {
            "source.ip": "192.0.2.1",
            "destination.ip": "192.0.2.1",
            "dns.resolved_ip": ["192.0.2.2", None, 7, "192.0.2.1"],
            "client.user.name": "ann",
        }
    )

    assert document["related"] == {"ip": ["192.0.2.1", "192.0.2.2"], "user": ["ann"]}


def test_nothing_is_related_to_what_is_no_text():
    assert "related" not in ecs.document({"source.ip": 7, "dns.resolved_ip": [8]})


def test_fields_are_added_to_what_is_there():
    root = {"event": {"kind": "event", "module": "x"}}

    assert ecs.document({"event.kind": "alert", "event.a.b": 1}, root) == {
        "event": {"kind": "alert", "module": "x", "a": {"b": 1}}
    }


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.256", None),
        ("192.0.2", None),
        ("host", None),
        ("\0", None),
        ("fe80::1%" + "x" * 1000, None),
        (None, None),
        (["192.0.2.1"], None),
        (3221225985, None),
    ],
)
def test_addresses(written, address):
    assert ecs.ip(written) == address


@pytest.mark.parametrize(
    ("written", "port"),
    [
        ("0", 0),
        ("65535", 65535),
        ("65536", None),
        (-1, None),
        (443.0, 443),
        (True, None),
        ("9" * 5000, None),
    ],
)
def test_ports(written, port):
    assert ecs.port(written) == port


@pytest.mark.parametrize(
    ("written", "mac"),
    [
        ("00:00:5e:00:53:01", "00-00-5E-00-53-01"),
        ("0000.5e00.5301", "00-00-5E-00-53-01"),
        ("00005e005301", "00-00-5E-00-53-01"),
        ("00:00:5e", None),
        ("zz:00:5e:00:53:01", None),
        ({}, None),
    ],
)
def test_mac_addresses(written, mac):
    assert ecs.mac(written) == mac


@pytest.mark.parametrize(
    ("source", "destination", "direction"),
    [
        ("10.0.0.1", "192.0.2.1", "outbound"),
        ("192.0.2.1", "10.0.0.1", "inbound"),
        ("10.0.0.1", "fd00::1", "internal"),
        ("192.0.2.1", "2001:db8::1", "external"),
        ("172.16.0.1", "172.31.255.255", "internal"),
        ("172.15.0.1", "172.32.0.1", "external"),
        ("127.0.0.1", "::1", "internal"),
        ("192.168.0.1", "192.169.0.1", "outbound"),
        ("100.0.0.1", "fe80::1", "external"),
        (None, "10.0.0.1", None),
    ],
)
def test_directions(source, destination, direction):
    assert ecs.direction(source, destination) == direction


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (
            "https://ann:pw@www.example.org:8443/a/b?q=1#top",
            {"scheme": "https", "username": "ann", "domain": "www.example.org", "port": 8443,
             "path": "/a/b", "query": "q=1", "fragment": "top"},
        ),
        ("www.example.org/a", {"domain": "www.example.org", "path": "/a"}),
        (
            "/a?u=http://x.example/",
            {"domain": "named.example", "path": "/a", "query": "u=http://x.example/"},
        ),
        (
            "http://[2001:db8::1]:80/",
            {"scheme": "http", "domain": "2001:db8::1", "port": 80, "path": "/"},
        ),
        ("http://x:99999/", {"scheme": "http", "domain": "x", "path": "/"}),
    ],
)  # fmt: skip
def test_urls(written, parts):
    fields: ecs.Fields = {}

    ecs.url(fields, written, "named.example")

    found = ecs.document(fields)["url"]
    assert found.pop("original") == written
    found.pop("full", None)
    assert found == parts


@pytest.mark.parametrize(
    ("written", "port"),
    [
        ("https://www.example.com/a", 443),
        ("HTTP://www.example.com", 80),
        ("http://www.example.com:8080/a", 8080),
        ("http://www.example.com:99999/a", None),
        ("www.example.com/a", None),
        ("smb://files.example.com/a", None),
    ],
)
def test_a_url_without_a_port_has_the_one_of_its_scheme(written, port):
    fields: ecs.Fields = {}

    ecs.url(fields, written)

    assert fields["url.port"] == port


def test_a_file_in_a_urls_place_has_a_path_and_no_host():
    fields: ecs.Fields = {}

    ecs.url(fields, "annual report/final.pdf")

    assert fields["url.path"] == "annual report/final.pdf"
    assert fields["url.domain"] is None


def test_protocols_by_name_and_number():
    by_number: ecs.Fields = {}
    by_name: ecs.Fields = {}

    ecs.transport(by_number, 17)
    ecs.transport(by_name, "TCP")

    assert by_number == {"network.iana_number": "17", "network.transport": "udp"}
    assert by_name == {"network.iana_number": "6", "network.transport": "tcp"}


@pytest.mark.parametrize(
    ("written", "related"),
    [("<a@example.org>", ["a@example.org"]), ("a@example.org", ["a@example.org"]), ("4711", None)],
)
def test_message_ids_are_related_as_all_products_see_them(written, related):
    document = ecs.document({"email.message_id": written})

    assert document.get("related", {}).get("message_id") == related

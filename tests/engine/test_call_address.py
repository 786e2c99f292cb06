import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.call_address import (
    Allowed,
    Destination,
    allowed_from_text,
    destination_of,
    is_public,
    refusal,
)
from engine.errors import CallError

INNER = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
]  # fmt: skip


@pytest.mark.parametrize("network", INNER)
@given(data=st.data())
def test_no_address_of_an_inner_network_is_public_however_it_is_wrapped(network, data):
    address = data.draw(st.ip_addresses(network=network))
    number = int(address)
    assert not is_public(str(address))
    for wrapped in (
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
    ):
        assert not is_public(str(wrapped))


@pytest.mark.parametrize("text", ["::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"])
def test_no_inner_address_of_version_6_is_public(text):
    assert not is_public(text)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_others_are(text):
    assert is_public(text)


@pytest.mark.parametrize(
    "url",
    [
        "", None, "https://", "https:///x", "example.com", "//example.com", "ftp://example.com",
        "https://a b.example", "https://a.example/\nx", "https://a\\b.example", "https://1.2.3",
        "https://0x7f.0.0.1", "https://017700000001", "https://1.2.3.4.5", "https://a.example:x",
        "https://a.example:99999", "https://user@a.example", "https://u:p@a.example",
        "https://[::1", "https://" + "a" * 2_000, "https://a..example", "https://\u2024.example",
        "https://\uff11\uff12\uff17.1", "https://127\u30020\u30021",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_web_service_is_refused(url):
    with pytest.raises(CallError):
        destination_of(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.COM./a?b#c", Destination("https", "example.com", 443)),
        ("http://example.com:8080", Destination("http", "example.com", 8080)),
        ("https://1.2.3.4./", Destination("https", "1.2.3.4", 443)),
        ("https://bücher.example", Destination("https", "xn--bcher-kva.example", 443)),
        ("https://[2606:4700::1111]/", Destination("https", "2606:4700::1111", 443)),
    ],
)
def test_a_url_is_read(url, expected):
    assert destination_of(url) == expected


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for url in (text, f"https://{text}", f"https://a.example/{text}"):
        try:
            assert destination_of(url).host
        except CallError:
            pass


def test_a_host_that_is_allowed_may_be_anywhere():
    allowed = allowed_from_text("crm.internal\n 10.0.0.0/8,fd00::/8")
    plain = destination_of("http://crm.internal:25/")
    assert refusal(plain, ["192.168.0.1"], allowed) is None
    assert refusal(destination_of("http://x.example"), ["10.2.3.4"], allowed) is None
    assert refusal(destination_of("http://x.example"), ["10.2.3.4", "fd00::1"], allowed) is None
    assert refusal(destination_of("https://x.example"), ["10.2.3.4", "8.8.8.8"], allowed)
    assert refusal(destination_of("https://x.example"), [], allowed) == "private"


def test_ports_of_other_services_are_refused():
    public = ["8.8.8.8"]
    for port, reason in ((443, None), (8443, None), (80, None), (25, "port"), (22, "port")):
        destination = Destination("https", "x.example", port)
        assert refusal(destination, public, Allowed()) == reason


@pytest.mark.parametrize("text", ["10.0.0.0/99", "http://a.example", "127.1", "a.example/x", "::g"])
def test_what_is_neither_host_nor_network_cannot_be_allowed(text):
    with pytest.raises(CallError):
        allowed_from_text(text)

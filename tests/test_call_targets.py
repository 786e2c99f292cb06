import ipaddress
import socket
from unittest.mock import patch

from odoo.tests import tagged

from ..engine.call_address import Allowed
from ..services.calls import transport
from .calls import CallCase
from .http_server import redirect
from .test_calls_security import leading_to

PUBLIC = "93.184.215.14"
#: What is written where the host stands, and leads to the own network or machine.
HOSTS = (
    "127.0.0.1", "127.255.255.254", "localhost", "LOCALHOST", "localhost.", "10.0.0.1",
    "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254",
    "169.254.170.2", "100.64.0.1", "100.100.100.200", "100.127.255.254", "0.0.0.0", "0.1.2.3",
    "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]",
    "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::ffff:169.254.169.254]", "[::ffff:0:7f00:1]", "[::127.0.0.1]",
    "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:c0a8:1::1]", "[2001::1]",
    "[2001:0:5ef5:79fb:0:0:80ff:fffe]", "0", "1", "2130706433", "3232235521", "0x7f000001",
    "0x7F.0x0.0x0.0x1", "0x7f.1", "017700000001", "0177.0.0.1", "0177.0.0.01", "127.1", "127.0.1",
    "10.1", "127.0.0.1.", "127.0.0.1..", "0127.0.0.1", "127.0.0.01", "127.0.0.1.0x1", "1.1.1.256",
    "①②⑦.0.0.1", "127。0。0。1", "１２７.0.0.1", "127．0．0．1", "loc\u00adalhost",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "me@127.0.0.1", "example.com@127.0.0.1", "127.0.0.1@example.com",
    "a:b@10.0.0.1", "example.com%40127.0.0.1", "127.0.0.1%2f.example.com",
    "127.0.0.1\\@example.com", "[::1", "::1", "[127.0.0.1]", "127.0.0.1\t",
    "127.0.0.1\n.example.com", "exam ple.com", "..", "", "-", "a..b",
)  # fmt: skip
#: Whole addresses that are none, or none of the web.
ADDRESSES = (
    "//127.0.0.1/", "127.0.0.1", "http:127.0.0.1", "https:///127.0.0.1/", "https:/127.0.0.1",
    "javascript:1", f"ftp://{PUBLIC}/", "file:///etc/passwd", "gopher://127.0.0.1:25/",
    "dict://127.0.0.1/", "data:,x", f"http://{PUBLIC}/", f"https://{PUBLIC}:22/",
    f"https://{PUBLIC}:25/", f"https://{PUBLIC}:0x50/", f"https://{PUBLIC}:99999/",
    f"https://{PUBLIC}:-1/", "https://[::ffff:1.2.3.4:5]/", f"https://{'a' * 2_000}.example/",
    f"https://{'a' * 64}.example/",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestCallTargets(CallCase):
    """Calls leave for the public internet, whatever is written in their address."""

    def setUp(self):
        super().setUp()
        self.allow("")

    def sent(self, url, lookup=None):
        """(answer, addresses that were connected to) of a request; nothing is connected."""
        connected = []

        def connect(_candidate, address):
            connected.append(address[0])
            raise OSError

        with (
            patch.object(socket.socket, "connect", connect),
            patch.object(socket, "getaddrinfo", lookup or socket.getaddrinfo),
        ):
            answer = transport.send(transport.Request("GET", url, {}, {}, b"", Allowed()))
        return answer, connected

    def test_what_leads_to_the_own_network_is_refused_however_it_is_spelled(self):
        addresses = [f"https://{host}/" for host in HOSTS] + list(ADDRESSES)
        self.assertGreater(len(addresses), 60)
        for url in addresses:
            with self.subTest(url):
                answer, connected = self.sent(url)
                self.assertFalse(connected)
                self.assertTrue(answer.fault in transport.FINAL or answer.fault == "unknown_host")

    def test_what_is_on_the_internet_is_connected_to(self):
        for url, address in (
            (f"https://{PUBLIC}/", PUBLIC),
            (f"https://{PUBLIC}:8443/", PUBLIC),
            ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111"),
            ("https://[64:ff9b::5db8:d70e]/", "64:ff9b::5db8:d70e"),
        ):
            answer, connected = self.sent(url)
            self.assertEqual((answer.fault, connected), ("no_connection", [address]), url)

    def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(self):
        inside = [host.strip("[]").partition("%")[0] for host in HOSTS]
        inside = [host for host in inside if is_address(host)]
        self.assertGreater(len(inside), 40)
        for inner in inside:
            for places in ([inner], [PUBLIC, inner], [inner, PUBLIC]):
                answer, connected = self.sent("https://fine.example/", leading_to(places))
                self.assertEqual((answer.fault, connected), ("private", []), places)

    def test_an_answer_of_the_name_server_that_changes_is_not_asked_for_again(self):
        lookup = leading_to([PUBLIC], ["127.0.0.1"])
        answer, connected = self.sent("https://changing.example/", lookup)
        self.assertEqual((answer.fault, connected), ("no_connection", [PUBLIC]))
        self.assertEqual(lookup.asked, ["changing.example"])

    def test_a_redirect_leads_nowhere_that_a_call_may_not_go(self):
        inner = self.service()
        self.allow("outer.example")
        for location in (
            inner.url(host="127.0.0.1"), inner.url(host="[::1]"), inner.url(host="2130706433"),
            inner.url(host="inner.example"), "//127.0.0.1/", "file:///etc/passwd",
            "gopher://127.0.0.1/", "https://me@127.0.0.1/", "https://127.0.0.1\\@example.com/",
        ):  # fmt: skip
            with self.subTest(location):
                outer = self.service(redirect(location))
                workflow, _contact = self.calling(outer.url(host="outer.example"))
                with patch.object(socket, "getaddrinfo", leading_to(["127.0.0.1"])):
                    self.deliver()
                call = self.calls(workflow)
                self.assertEqual((call.state, len(outer.received)), ("given_up", 1), call.error)
        self.assertFalse(inner.received)


def is_address(text):
    """True for what a name server may answer."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True

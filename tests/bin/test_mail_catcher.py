"""Every e-mail becomes a file."""

import smtplib

from setup.mail_catcher import MailCatcher


def test_a_sent_message_becomes_a_file_with_all_its_recipients(tmp_path):
    with MailCatcher(tmp_path).start() as catcher:
        with smtplib.SMTP("127.0.0.1", catcher.port) as sender:
            text = "Subject: hello\r\n\r\n.a line that begins with a dot\r\n"
            sender.sendmail("from@example.com", ["one@example.com", "two@example.com"], text)
            sender.sendmail("from@example.com", ["three@example.com"], text)
        catcher.shutdown()
    first, second = sorted(tmp_path.glob("*.eml"))
    message = first.read_text()
    assert "one@example.com>, <two@example.com" in message.splitlines()[0]
    assert "\n.a line that begins with a dot" in message
    assert "three@example.com" in second.read_text()

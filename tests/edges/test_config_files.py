"""Configuration files as they lie on a disk: found, refused, private or not."""

import os
import time
import traceback
from pathlib import Path

import pytest

from tests.support.confined import confined
from watcher.config.load import load_config
from watcher.config.settings import Secret
from watcher.config.show import shown
from watcher.config.text import MAX_BYTES
from watcher.errors import ConfigError

TITLE = '[[title]]\nname = "Akudama Drive"\n'
PHONE = '[[channel]]\nname = "phone"\n'
INLINE = PHONE + 'url = "ntfy://CANARY-topic"\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def refusal(*args, **kwargs):
    with pytest.raises(ConfigError) as caught:
        load_config(*args, **kwargs)
    [problem] = caught.value.problems
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))
    return problem


def xdg(home: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state")}


# where it is looked for


def test_the_command_line_wins_then_the_environment_then_the_xdg_folder(home):
    named = write(home / "named.toml", TITLE)
    environment = write(home / "environment.toml", TITLE)
    users = write(home / "config" / "watcher" / "config.toml", TITLE)
    env = xdg(home) | {"WATCHER_CONFIG": str(environment)}

    assert load_config(named, env=env).config.path == named
    assert load_config(env=env).config.path == environment
    del env["WATCHER_CONFIG"]
    assert load_config(env=env).config.path == users


def test_a_named_file_must_exist(home):
    assert "no such file" in refusal(home / "nothing.toml", env={}).message
    assert "no such file" in refusal(env={"WATCHER_CONFIG": str(home / "nothing.toml")}).message


@pytest.mark.skipif(Path("/etc/watcher/config.toml").exists(), reason="this machine has a system-wide configuration")
def test_no_file_at_all_names_the_places(home):
    problem = refusal(env=xdg(home))
    assert str(home / "config" / "watcher" / "config.toml") in problem.message
    assert "/etc/watcher/config.toml" in problem.message
    assert "watcher init" in problem.hint


def test_the_state_folder_follows_the_same_order(home):
    plain = write(home / "plain.toml", TITLE)
    written = write(home / "written.toml", '[watcher]\nstate = "mine"\n' + TITLE)
    systemd = xdg(home) | {"STATE_DIRECTORY": f"{home}/systemd:{home}/other"}

    assert load_config(written, env=systemd).config.state == home / "mine"
    assert load_config(plain, env=systemd).config.state == home / "systemd"
    assert load_config(plain, env=xdg(home)).config.state == home / "state" / "watcher"


def test_nothing_is_created_by_loading(home):
    write(home / "a.toml", TITLE)
    load_config(home / "a.toml", env=xdg(home))
    assert [path.name for path in home.iterdir()] == ["a.toml"]


# what is no configuration


@pytest.mark.parametrize(
    ("raw", "message", "line"),
    [
        (b"\xff\xfe[\x00", "not UTF-8", 1),
        (b'[[title]]\nname = "caf\xe9"\n', "not UTF-8", 2),
        (b"# x\n" * (MAX_BYTES // 4 + 1), "larger than 4 MiB", None),
        (b"a = " + b"[" * 20_000 + b"]" * 20_000, "too deeply", None),
        (b"%YAML 1.1\n--- !!python/object/apply:os.system [id]\n", "not TOML", 1),
        (b'include = "/etc/passwd"\n', "unknown key", 1),
    ],
)
def test_other_bytes_are_refused(tmp_path, raw, message, line):
    path = tmp_path / "c.toml"
    path.write_bytes(raw)
    begin = time.process_time()
    problem = refusal(path, env={})
    assert message in problem.message
    assert problem.line == line
    assert problem.file == str(path)
    assert time.process_time() - begin < 1


def test_a_folder_a_pipe_and_a_device_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        assert "plain file" in refusal(path, env={}).message


def test_a_byte_order_mark_is_no_problem(tmp_path):
    path = tmp_path / "c.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TITLE.replace("\n", "\r\n").encode())
    assert load_config(path, env={}).config.titles[0].name == "Akudama Drive"


# secrets


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o606, 0o604])
def test_a_file_with_a_secret_must_be_private(tmp_path, mode):
    problem = refusal(write(tmp_path / "my config.toml", TITLE + INLINE, mode), env={})
    assert (problem.path, problem.line) == ("channel[0].url", 5)
    assert problem.hint == f"chmod 600 '{tmp_path}/my config.toml'"


SECRETS = {
    "header": '[[source]]\nname="x"\nkind="feed"\nurl="https://example.org/"\nheaders={Authorization="CANARY"}',
    "key in a url": '[[source]]\nname="x"\nkind="feed"\nurl="https://example.org/?api_key=CANARY"',
    "personal feed": '[[source]]\nname="x"\nkind="feed"\nurl="https://www.reddit.com/.rss?feed=CANARY&user=x"',
    "proxy": '[watcher]\nproxy = "http://me:CANARY@proxy.example:3128"',
    "mail": '[[channel]]\nname="x"\nurl="mailtos://me:CANARY@mail.example"',
    "local with password": '[[channel]]\nname="x"\nurl="json://me:CANARY@localhost"',
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_every_kind_of_secret_counts_and_none_is_shown(tmp_path, text):
    path = write(tmp_path / "c.toml", text, 0o644)
    assert "chmod 600" in refusal(path, env={}).hint
    path.chmod(0o600)
    loaded = load_config(path, env={})
    assert "CANARY" not in repr(loaded) + str(loaded)
    assert "CANARY" not in repr(shown(loaded.config))


@pytest.mark.parametrize(
    "text",
    [
        TITLE,
        PHONE + 'url = "console:"',
        PHONE + 'url = "webhook+http://127.0.0.1:8080/alerts"',
        PHONE + 'url_env = "PHONE"',
        '[[source]]\nname="x"\nkind="feed"\nurl="https://example.org/?feed=rss2"\nheaders={Accept-Language="ja"}',
        '[watcher]\nproxy = "http://proxy.example:3128"',
    ],
)
def test_a_file_without_secrets_may_be_public(tmp_path, text):
    load_config(write(tmp_path / "c.toml", text, 0o664), env={"PHONE": "ntfy://CANARY"})


def test_a_linked_file_with_a_secret_is_refused(tmp_path):
    write(tmp_path / "real.toml", INLINE)
    (tmp_path / "link.toml").symlink_to("real.toml")
    problem = refusal(tmp_path / "link.toml", env={})
    assert "symbolic link" in problem.message
    assert problem.hint.startswith("cp --remove-destination")
    write(tmp_path / "real.toml", TITLE)
    load_config(tmp_path / "link.toml", env={})


@pytest.mark.skipif(
    os.geteuid() != 0 or confined(), reason="only root can give a file away, and not in a unit's armour"
)
def test_a_file_with_a_secret_of_another_user_is_refused(tmp_path):
    path = write(tmp_path / "c.toml", INLINE)
    os.chown(path, 12345, -1)
    assert refusal(path, env={}).hint == f"sudo chown 0 {path}"


def test_a_secret_file_is_read_beside_the_configuration(tmp_path):
    write(tmp_path / "phone.url", "\ufeffntfy://CANARY-topic\n")
    config = load_config(write(tmp_path / "c.toml", PHONE + 'url_file = "phone.url"', 0o644), env={}).config
    assert config.channels[0].url == "ntfy://CANARY-topic"
    assert isinstance(config.channels[0].url, Secret)


def test_a_bad_secret_file_is_refused_with_the_command_that_mends_it(tmp_path):
    path = write(tmp_path / "c.toml", PHONE + 'url_file = "phone.url"')
    assert "No such file" in refusal(path, env={}).message
    write(tmp_path / "phone.url", "ntfy://CANARY", 0o640)
    assert refusal(path, env={}).hint == f"chmod 600 {tmp_path}/phone.url"
    write(tmp_path / "phone.url", "")
    assert "empty" in refusal(path, env={}).message
    write(tmp_path / "phone.url", "ntfy://a\nntfy://CANARY")
    assert "one line" in refusal(path, env={}).hint
    (tmp_path / "phone.url").rename(tmp_path / "real")
    (tmp_path / "phone.url").symlink_to("real")
    assert "symbolic link" in refusal(path, env={}).message
    (tmp_path / "phone.url").unlink()
    os.mkfifo(tmp_path / "phone.url")
    assert "plain file" in refusal(path, env={}).message


def test_credentials_come_from_the_service_manager(tmp_path):
    write(tmp_path / "credentials" / "phone", "ntfy://CANARY\n", 0o400)
    text = PHONE + 'credential = "phone"\n' + SECRETS["header"].replace('"CANARY"', '{ credential = "phone" }')
    path = write(tmp_path / "c.toml", text, 0o644)
    config = load_config(path, env={"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}).config
    assert config.channels[0].url == "ntfy://CANARY"
    assert config.sources[0].headers == (("Authorization", Secret("ntfy://CANARY")),)


def test_a_missing_credential_says_how_to_pass_one(tmp_path):
    path = write(tmp_path / "c.toml", PHONE + 'credential = "phone"')
    assert "LoadCredential=phone:" in refusal(path, env={}).hint
    assert "LoadCredential=phone:" in refusal(path, env={"CREDENTIALS_DIRECTORY": str(tmp_path)}).hint
    path = write(tmp_path / "c.toml", PHONE + 'credential = "../phone"')
    assert "name of a credential" in refusal(path, env={"CREDENTIALS_DIRECTORY": str(tmp_path)}).message


def test_a_secret_leaves_the_environment_and_survives_a_reload(tmp_path, monkeypatch):
    monkeypatch.setenv("TEST_PHONE_URL", "ntfy://CANARY")
    path = write(tmp_path / "c.toml", PHONE + 'url_env = "TEST_PHONE_URL"')
    first = load_config(path).config
    assert "TEST_PHONE_URL" not in os.environ
    assert load_config(path).config.channels == first.channels
    assert first.channels[0].url == "ntfy://CANARY"


def test_a_long_list_of_titles_and_sources_loads_quickly(tmp_path):
    titles = "".join(f'[[title]]\nname = "Title {n}"\naliases = ["T{n}"]\n' for n in range(2000))
    sources = "".join(
        f'[[source]]\nname = "S{n}"\nkind = "feed"\nurl = "https://s{n}.example/f"\ntitles = ["Title {n}"]\n'
        for n in range(2000)
    )
    path = write(tmp_path / "c.toml", titles + sources)
    begin = time.process_time()
    assert len(load_config(path, env={}).config.sources) == 2000
    assert time.process_time() - begin < 5


def test_what_only_the_service_is_given_may_be_missing_for_who_does_not_need_it(tmp_path):
    text = PHONE + 'credential = "phone"\n[[channel]]\nname = "desk"\nurl_env = "NOT_SET"\n'
    text += SECRETS["header"].replace('"CANARY"', '{ credential = "phone" }')
    path = write(tmp_path / "c.toml", text, 0o644)
    loaded = load_config(path, env={}, need_secrets=False)
    assert [channel.url for channel in loaded.config.channels] == ["", ""]
    assert [(name, str(value)) for name, value in loaded.config.sources[0].headers] == [("Authorization", "")]
    assert [problem.line for problem in loaded.absent] == [11, 3, 6]
    with pytest.raises(ConfigError) as caught:
        load_config(path, env={})
    assert [problem.line for problem in caught.value.problems] == [3, 6, 11]


def test_a_credential_that_the_service_was_not_given_is_always_an_error(tmp_path):
    path = write(tmp_path / "c.toml", PHONE + 'credential = "phone"', 0o644)
    with pytest.raises(ConfigError, match="LoadCredential"):
        load_config(path, env={"CREDENTIALS_DIRECTORY": str(tmp_path)}, need_secrets=False)

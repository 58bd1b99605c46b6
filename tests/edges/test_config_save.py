"""Replacing a configuration file: in one step, with its mode, and never over somebody else's change."""

import os
import stat

import pytest

from tests.support.confined import confined
from watcher.config.edit import read_text, save
from watcher.errors import ConfigError


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes(b"old\r\n")
    path.chmod(0o640)
    return path


def test_the_bytes_are_replaced_and_the_mode_stays(file):
    save(file, "new\r\n", before=read_text(file))
    assert file.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_it_is_another_file_so_that_a_reader_sees_old_or_new(file):
    with file.open("rb") as reader:
        save(file, "new", before="old\r\n")
        assert reader.read() == b"old\r\n"


@pytest.mark.skipif(
    os.geteuid() != 0 or confined(), reason="only root can give a file away, and not in a unit's armour"
)
def test_the_owner_stays(file):
    os.chown(file, 12345, 12346)
    save(file, "new", before="old\r\n")
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 12346)


def test_a_link_stays_a_link(file):
    link = file.parent / "link.toml"
    link.symlink_to("config.toml")
    save(link, "new", before="old\r\n")
    assert link.is_symlink()
    assert file.read_text() == "new"


def test_somebody_elses_change_is_not_lost(file):
    with pytest.raises(ConfigError, match="meanwhile"):
        save(file, "new", before="older")
    assert file.read_bytes() == b"old\r\n"
    assert len(list(file.parent.iterdir())) == 1


def test_a_new_file_is_private_and_never_replaces_one(tmp_path):
    path = tmp_path / "a" / "b" / "config.toml"
    save(path, "new", before=None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0
    with pytest.raises(FileExistsError):
        save(path, "newer", before=None)
    assert path.read_text() == "new"
    assert len(list(path.parent.iterdir())) == 1


def test_a_byte_order_mark_survives(file):
    file.write_bytes(b"\xef\xbb\xbfold")
    text = read_text(file)
    save(file, text + " and new", before=text)
    assert file.read_bytes() == b"\xef\xbb\xbfold and new"

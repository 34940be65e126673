"""An OSS of our own on a real port: it answers by the ministry's guide and can be told to fail."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USERNAME, PASSWORD = "alurizin-dairi", "rahasia-oss-dairi"


class OtherSide:
    """What it was sent, in order, and how it shall answer next."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.taken: list[dict[str, Any]] = []  # each status or licence that it took, every time
        self.faults: list[str] = []  # 400, 401, 500, 504, late (taken, but 504), drop (taken, then hung up)
        self.status: dict[str, str] = {}  # id_izin -> kd_status
        self.numbers: dict[str, str] = {}  # id_izin -> nomor_izin
        self.keys: list[str] = []
        self.url = ""

    def count(self, code: str) -> int:
        return sum(code in (fields.get("kd_status"), fields.get("status_izin")) for fields in self.taken)

    def codes(self) -> list[str]:
        return [fields["kd_status"] for fields in self.taken if "kd_status" in fields]

    def answer(self, method: str, body: dict[str, Any], key: str | None) -> tuple[int, dict[str, Any]] | None:
        self.calls.append((method, body))
        if method == "sendSecurityKey":
            return self.new_key(body["securityKey"])
        if key not in self.keys[-1:]:
            return 401, said(method, 401, "User Akses Tidak Valid")
        fields: dict[str, Any] = next(iter(body.values()))
        if method == "checkLicenseStatus":
            return self.asked(fields["id_izin"])
        if method == "inqueryLicense":
            number = self.numbers.get(fields["id_izin"], "")
            data = {"data_checklist": [{"id_izin": fields["id_izin"], "no_izin": number}]}
            return 200, {"dataLicense": {"success": True, "code": 200, "message": "", "data": data}}
        if method == "inqueryNIB":
            found = {"nib": fields["nib"], "nama_perseroan": "UD Mebel Bukit Angan (Fiktif)"}
            return 200, {"responinqueryNIB": {"kode": 200, "keterangan": "Sukses", "dataNIB": found}}
        return self.taking(method, fields)

    def taking(self, method: str, fields: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        fault = self.faults.pop(0) if self.faults else ""
        if fault in ("401", "500", "504"):
            return int(fault), said(method, int(fault), "gagal")
        if fault == "400":  # as OSS does it: HTTP 200, and the refusal in the body
            return 200, said(method, 400, "Data Parameter Salah")
        self.taken.append(fields)
        self.status[fields["id_izin"]] = fields.get("kd_status") or fields["status_izin"]
        if "nomor_izin" in fields:
            self.numbers[fields["id_izin"]] = fields["nomor_izin"]
        if fault == "drop":
            return None
        return (504, {}) if fault == "late" else (200, said(method, 200, "Sukses"))

    def asked(self, permit: str) -> tuple[int, dict[str, Any]]:
        if permit not in self.status:
            return 400, {
                "responsecheckStatusLicense": {"kode": 400, "keterangan": "Data izin tidak ditemukan"}
            }
        found = {"id_izin": permit, "kd_status": self.status[permit], "uraian_status": "Uji"}
        return 200, {"responcheckStatusLicense": {"kode": 200, "keterangan": "Sukses", "dataIZIN": found}}

    def new_key(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if given != {"user_akses": USERNAME, "pwd_akses": PASSWORD}:
            return 401, said("sendSecurityKey", 401, "User Akses Tidak Valid")
        self.keys.append(f"kunci-{len(self.keys) + 1}")
        return 200, {"responsendSecurityKey": {"kode": 200, "key": self.keys[-1]}}


def said(method: str, code: int, words: str) -> dict[str, Any]:
    return {f"respon{method}": {"kode": code, "keterangan": words}}


@contextmanager
def listening() -> Iterator[OtherSide]:
    """Listen on a free port of this machine."""
    other = OtherSide()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = other.answer(self.path.rsplit("/", 1)[1], body, self.headers.get("user_key"))
            if answer is None:
                self.close_connection = True
                return
            content = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    other.url = f"http://127.0.0.1:{server.server_port}/v1/kl/rba"
    try:
        yield other
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def token(nib: str, day: str, username: str = "oss", password: str = "alurizin-demo") -> str:
    """SHA1(USERNAME+PASSWORD+NIB+DATE), as the guide prints it."""
    return hashlib.sha1(f"{username}{password}{nib}{day}".encode()).hexdigest()


def data_nib(**other: Any) -> dict[str, Any]:
    """The body of receiveNIB, with the parts that matter here."""
    nib = {
        "nib": "9990000000154",
        "tgl_perubahan_nib": "2026-11-20",
        "oss_id": "P02-2026112000000001",
        "id_izin": "I-202611200000000154",
        "kd_izin": "033000000012",
        "kd_daerah": "1211000000",
        "kewenangan": "02",
        "npwp_perseroan": "012345678901234",
        "nama_perseroan": "UD Mebel Bukit Angan (Fiktif)",
        "alamat_perseroan": "Jalan Contoh Nomor 1, Sidikalang",
        "nomor_telpon_perseroan": "081200000154",
        "email_perusahaan": "mebel@contoh.test",
        "penanggung_jwb": [
            {
                "nama_penanggung_jwb": "Rumondang Contoh",
                "no_identitas_penanggung_jwb": "1211014505800001",
                "jabatan_penanggung_jwb": "Pemilik",
            }
        ],
        "data_proyek": [
            {
                "id_proyek": "R-202611200000000154",
                "kbli": "31001",
                "luas_tanah": 2400,
                "satuan_luas_tanah": "01",
                "jumlah_investasi": 1_250_000_000,
                "flag_perluasan": "Y",
                "data_lokasi_proyek": [{"alamat_usaha": "Desa Contoh"}],
                "data_proyek_produk": [{"id_produk": "PR-1", "jenis_produksi": "Kursi", "kapasitas": 3000}],
            }
        ],
        "data_checklist": [],
    }
    return {"dataNIB": nib | other}

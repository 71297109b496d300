"""The first day of a new worker: from an empty house to a captain's sheet, with an Excel file as offices have them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Side
from playwright.sync_api import Browser, Page, expect

from linli.registry.tests.corpus.files import id_number
from tests.browser.conftest import PATIENCE_MS, faults_of
from tests.processes.house import House, linli

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PASSWORD = "丁香花开了又开了"
HEAD = [
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "出生年月",
    "联系方式",
    None,
    "现住址",
    None,
    None,
    "与户主关系",
    "重点人群",
    "备注",
]
UNDER = [None, None, None, None, None, "手机", "座机", "楼栋", "单元", "门牌", None, None, None]
GONE = id_number("19560304", 11)
HERS = id_number("19440210", 12)
PEOPLE = [
    ["赵　桂兰", "女", HERS, None, "１６００００００００１", None, "8号楼", "3单元", "502室", "户主", "独居、高龄", None],
    ["孙大海", "男", None, "1956.3.4", "16000000002/16000000003", None, "8", "3", "301", "户主", None, None],
    ["李 梅", "女", None, "58年3月", None, "0431-88881234", "同上", "同上", "同上", "妻", None, None],
    ["孙小海", "男", None, "1988-03-05", "16000000004", None, "同上", "同上", "同上", "长子", None, "在外地"],
    ["钱大力", "男", GONE[:15] + "000", None, "16000000005", None, "8", "4", "101", "户主", "低保户", None],
    ["周芳", "女", None, 22000, "16000000006", None, "八号楼", "四单元", "201", "户主", None, None],
    ["吴一", "男", None, "1990年", "16000000007", None, "9栋", "1门", "101", "户主", None, "租户"],
    ["吴小一", "男", None, "2019.6.1", None, None, None, None, None, "子", None, None],
    ["郑三", "男", None, "1956-13-40", "16000000008", None, "9", "1", "102", "户主", None, None],
]  # fmt: skip
HEADS = ["女", None, "1951.1.1", None, None, "9", "1"]
MORE = [
    [f"演示{name}", *HEADS, f"{2 + at // 2}0{1 + at % 2}", "户主", None, None]
    for at, name in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳")
]
EVERYBODY = len(PEOPLE) + len(MORE)


def looked_at(page: Page, step: str) -> None:
    """Nothing is cut off and nothing is hard to perceive, at a desk and on a phone."""
    assert faults_of(page) == [], step
    page.set_viewport_size({"width": 1366, "height": 780})


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("first") / "var", LINLI_CANARY="0", LINLI_DISK_LOW_MB="100")
    told = {**house.env, "LINLI_ADMIN_PASSWORD": PASSWORD}
    for words in (["migrate"], ["createadmin", "--username", "shuji", "--name", "演示书记"]):
        done = linli(*words, env=told)
        assert done.returncode == 0, done.stderr
    house.start("--no-demo")
    try:
        house.wait_until_up()
        yield house
    finally:
        house.end()


@pytest.fixture
def page(chromium: Browser, empty: House) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 780}, reduced_motion="reduce", locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    errors: list[str] = []
    window = context.new_page()
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.goto(f"http://127.0.0.1:{empty.http}/accounts/sign-in/")
    window.locator("#id_name").fill("shuji")
    window.locator("#id_password").fill(PASSWORD)
    window.keyboard.press("Enter")
    window.wait_for_url(lambda url: "sign-in" not in url)
    yield window
    context.close()
    assert not errors, errors


def messy_register(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(["邻里示范社区2026年居民台账"])
    sheet.append(["填报单位：邻里示范社区"])
    sheet.append(HEAD)
    sheet.append(UNDER)
    for number, row in enumerate([*PEOPLE, *MORE], start=1):
        sheet.append([number, *row])
    sheet.append(["合计", f"{EVERYBODY}人"])
    sheet.append(["填表人：某某", None, None, "填表日期：2026年11月"])
    for cells in ("A1:M1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:G3", "H3:J3"):
        sheet.merge_cells(cells)
    book.save(path)
    return path


def blank_form(path: Path) -> Path:
    book, thin = Workbook(), Side(style="thin")
    sheet = book.active
    sheet.append(["80岁及以上老年人登记表"])
    sheet.append(["序号", "姓名", "性别", "出生日期", "家庭住址", "联系电话", "领导意见"])
    for _row in range(3):
        sheet.append([None] * 7)
    sheet.append(["合计"])
    sheet.merge_cells("A1:G1")
    for row in sheet["A2:G6"]:
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    book.save(path)
    return path


def chosen_from_menu(page: Page, label: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=label, exact=True).first.click()


def brought(page: Page, path: Path) -> None:
    """Choose a file and have it read: the page of its columns opens."""
    chosen_from_menu(page, "导入台账")
    page.locator("input[type=file]").set_input_files(path)
    looked_at(page, "file chosen")
    page.locator(".action-bar button").click()
    page.wait_for_url("**/columns/")


def compared(page: Page) -> None:
    page.locator(".action-bar button").click()
    expect(page.locator("tbody tr").first).to_be_visible()


def community_is_written_down(page: Page) -> None:
    """Today says what comes first, and then what comes next."""
    looked_at(page, "the first day")
    page.get_by_role("link", name="登记社区").click()
    page.locator("#id_code").fill("shifan")
    page.locator("#id_name").fill("邻里示范社区")
    page.locator("input[name=_save], button[name=_save]").first.click()
    page.goto(page.url.split("/admin/")[0] + "/")
    expect(page.get_by_text("接下来：导入居民")).to_be_visible()
    looked_at(page, "what comes next")


def register_comes_in(page: Page, folder: Path) -> None:
    brought(page, messy_register(folder / "2026年台账.xlsx"))
    expect(page.get_by_label("重点人群")).to_have_value("groups")
    looked_at(page, "columns")
    compared(page)
    looked_at(page, "what would happen")
    expect(page.locator(".tabs")).to_contain_text(f"新增 {EVERYBODY - 2}")
    page.locator(".tabs a", has_text="有错误").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("Excel")
    looked_at(page, "what was not understood")
    page.locator(".action-bar button").click()
    expect(page.get_by_text("已导入").first).to_be_visible()
    looked_at(page, "taken over")


def returned_rows_come_in(page: Page, folder: Path) -> None:
    """The rows that were kept out come back with the reasons; two cells are put right, and they come in."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载没导入的").click()
    returned = folder / "退回的行.xlsx"
    waiting.value.save_as(returned)
    book = load_workbook(returned)
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    rows = {row[heads.index("姓名")].value: row for row in sheet.iter_rows(min_row=2)}
    rows["钱大力"][heads.index("身份证号")].value = GONE
    rows["郑三"][heads.index("出生年月")].value = "1956-12-04"
    book.save(returned)
    brought(page, returned)
    compared(page)
    expect(page.locator(".tabs")).to_contain_text("新增 2")
    page.locator(".action-bar button").click()
    expect(page.get_by_text("已导入").first).to_be_visible()


def form_is_filled(page: Page, folder: Path) -> None:
    chosen_from_menu(page, "一表通")
    page.locator("input[type=file]").set_input_files(blank_form(folder / "老年人登记表.xlsx"))
    page.locator(".action-bar button").click()
    expect(page.locator("#columns")).to_be_visible()
    page.locator("#columns button[type=submit]").click()
    page.wait_for_load_state()
    looked_at(page, "a form")
    with page.expect_download() as waiting:
        page.locator(".action-bar button").click()
    sheet = load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes())).active
    rows = list(sheet.values)
    assert rows[0][0] == "80岁及以上老年人登记表"
    assert [str(cells) for cells in sheet.merged_cells.ranges] == ["A1:G1"]
    people = [row for row in rows[2:] if row[1]]
    assert [row[0] for row in people] == list(range(1, EVERYBODY + 1))
    assert {"赵桂兰", "李梅", "钱大力", "郑三"} <= {row[1] for row in people}
    assert sheet.cell(2 + EVERYBODY, 2).border.left.style == "thin"


def sheet_is_printed(page: Page) -> None:
    chosen_from_menu(page, "居民名单")
    page.locator("select[name=building]").select_option(label="8栋")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("main")).to_contain_text("赵桂兰")
    looked_at(page, "a list")
    page.get_by_role("link", name="打印单元名单").click()
    expect(page.get_by_role("heading", name="8栋 · 3单元")).to_be_visible()
    expect(page.locator("main")).to_contain_text("赵桂兰")
    assert "16000000001" not in page.content()
    looked_at(page, "a captain's sheet")


def test_a_new_worker_comes_from_nothing_to_a_captains_sheet(page, tmp_path) -> None:
    community_is_written_down(page)
    register_comes_in(page, tmp_path)
    returned_rows_come_in(page, tmp_path)
    form_is_filled(page, tmp_path)
    sheet_is_printed(page)

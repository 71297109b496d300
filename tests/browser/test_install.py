"""An installer of sixty in a stairwell, with a phone 360 px wide."""

import json
import re

import paho.mqtt.client as mqtt
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CAMERA = """
window.BarcodeDetector = class { async detect() { return [{ rawValue: "https://maker.example/d?sn=%s" }]; } };
const canvas = document.createElement("canvas");
const paint = () => canvas.getContext("2d").fillRect(0, 0, canvas.width, canvas.height);
paint();
setInterval(paint, 50);
Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => canvas.captureStream(20) } });
"""


class Detector:
    """A real MQTT client with what the installer typed into it."""

    def __init__(self, demo, serial, secret):
        self.topic = f"linli/{demo.told['mqtt']['community']}/{serial}/"
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=serial, reconnect_on_failure=False)
        self.client.username_pw_set(serial, secret)
        self.cut_off = False
        self.client.on_disconnect = self._gone
        self.client.connect("127.0.0.1", demo.house.mqtt)
        self.client.loop_start()

    def _gone(self, *_):
        self.cut_off = True

    def says(self, kind, **fields):
        sent = self.client.publish(self.topic + kind, json.dumps(fields), qos=1)
        sent.wait_for_publish(15)
        assert sent.is_published()

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def press(page):
    """The one button at the bottom of the phone."""
    page.locator(".action-bar button").click()


def hang(page, *, place):
    """From the page of the place to the page of the secret, whatever hangs there already is replaced: not what others
    of these tests let sound (the first of ``demo.serials``)."""
    model = page.locator("#id_model")
    if not model.input_value():
        model.select_option(index=1)
    page.locator("#id_place").fill(place)
    press(page)
    page.wait_for_load_state()
    if page.locator("input[name=replaces]").count():
        page.locator("input[name=replaces]").last.check()
        press(page)
    page.wait_for_url(re.compile(r"/sign-in/$"))


def test_a_device_is_scanned_hung_up_and_tried_out(demo, open_page):
    desk = open_page("/desk/", role="secretary")
    page = open_page("/", width=360, role="duty_officer")
    page.add_init_script(CAMERA % "BRW0001")
    page.goto(demo.base + "/safety/install/")
    page.locator("[data-camera-start]").click()
    page.wait_for_url(re.compile(r"/install/BRW0001/place/$"))
    expect(page.locator("h1")).to_contain_text("BRW0001 装在哪儿")
    hang(page, place="2-4-101")
    secret = page.locator("[data-secret]").inner_text()
    assert page.locator("svg.qr").bounding_box()["width"] >= 150
    press(page)
    page.wait_for_url(re.compile(r"/test/$"))
    expect(page.locator(".press-now")).to_contain_text("请现在按设备上的测试键")
    page.evaluate("window.neverReloaded = true")
    detector = Detector(demo, "BRW0001", secret)
    try:
        detector.says("alarm", id="t1", test=True, lel=3.5)
        expect(page.locator("#heard")).to_contain_text("好使：消息收到了")
        expect(page.locator("#heard")).to_contain_text("测试报警")
        assert page.evaluate("window.neverReloaded")
        expect(desk.locator(".incident-row", has_text="2栋4单元101")).to_have_count(0)
    finally:
        detector.close()
    button = page.locator(".wide-action button")
    expect(button).to_contain_text("装下一台")
    assert button.bounding_box()["height"] >= 60
    button.click()
    page.wait_for_url(re.compile(r"/safety/install/$"))
    expect(page.locator("main")).to_contain_text("2栋4单元101")


def test_without_a_camera_the_serial_is_pasted(demo, open_page):
    page = open_page("/safety/install/", width=360, role="duty_officer")
    expect(page.locator("[data-camera-start]")).to_be_hidden()
    page.locator("#id_text").fill("扫一扫")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.locator("#id_text").fill('{"sn": "BRW0002"}')
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/install/BRW0002/place/$"))


def test_a_device_struck_off_is_thrown_out_while_one_looks(demo, open_page):
    page = open_page("/safety/install/BRW0003/place/", width=360, role="duty_officer")
    hang(page, place="2-4-102")
    secret = page.locator("[data-secret]").inner_text()
    number = re.search(r"/install/(\d+)/", page.url)[1]
    detector = Detector(demo, "BRW0003", secret)
    try:
        detector.says("heartbeat", battery=90)
        assert not detector.cut_off
        page.goto(f"{demo.base}/safety/devices/{number}/access/")
        page.locator("#id_reason").fill("被偷")
        page.locator("form[action$='strike-off/'] button").click()
        expect(page.locator("main")).to_contain_text("它已停用")
        page.wait_for_function("() => true")
        for _ in range(100):
            if detector.cut_off:
                break
            page.wait_for_timeout(100)
        assert detector.cut_off
    finally:
        detector.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_can_read_the_installers_pages(demo, open_page, language):
    serial = f"BRW1{language[:2].upper()}"
    page = open_page("/safety/install/", width=360, language=language, role="duty_officer")
    faults = {"start": faults_of(page)}
    page.locator("#id_text").fill("?")
    press(page)
    faults["start, refused"] = faults_of(page)
    page.goto(f"{demo.base}/safety/install/{serial}/place/")
    faults["place"] = faults_of(page)
    page.locator("#id_model").select_option(index=1)
    page.locator("#id_place").fill("2-4")
    press(page)
    faults["place, asked"] = faults_of(page)
    hang(page, place="2-4")
    faults["sign-in"] = faults_of(page)
    number = re.search(r"/install/(\d+)/", page.url)[1]
    press(page)
    page.wait_for_url(re.compile(r"/test/$"))
    faults["test"] = faults_of(page)
    for path in (f"/safety/devices/{number}/access/", f"/safety/devices/{number}/label/"):
        page.goto(demo.base + path)
        faults[path] = faults_of(page)
    assert not {where: what for where, what in faults.items() if what}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_can_read_the_quarantine(demo, open_page, language):
    page = open_page("/safety/quarantine/?state=settled", language=language, role="duty_officer")
    faults = {"empty": faults_of(page)}
    detector = Detector(demo, demo.told["mqtt"]["serial"], demo.told["mqtt"]["password"])
    try:
        detector.client.publish(detector.topic + "alarm", f"broken {language}", qos=1).wait_for_publish(15)
    finally:
        detector.close()
    page.goto(demo.base + "/safety/quarantine/")
    expect(page.locator("tbody tr").first).to_be_visible()
    faults["list"] = faults_of(page)
    page.locator("tbody tr a").first.click()
    page.wait_for_url(re.compile(r"/quarantine/\d+/$"))
    page.locator("summary").last.click()
    faults["one"] = faults_of(page)
    page.locator("#id_serial").fill(demo.serials[1])
    page.locator("input[value=alarm]").check()
    page.locator("form[method=get] button", has_text=re.compile("看看|Show")).click()
    expect(page.locator("#treat")).to_be_visible()
    faults["preview"] = faults_of(page)
    page.locator("#id_reason").fill("测试" if language == "zh-hans" else "a test")
    page.locator("button[value=dismiss]").click()
    page.wait_for_url(re.compile(r"/quarantine/$"))
    faults["after"] = faults_of(page)
    assert not {where: what for where, what in faults.items() if what}

"""A public BPMN viewer (bpmn-js) draws every exported process without a warning."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.sop import bpmn
from tests.unit.sop.test_bpmn import SERVICES, process_of

VIEWER = Path(__file__).parents[1] / "assets" / "bpmn-viewer.min.js"
SHOW = """
async xml => {
    const viewer = new BpmnJS({container: '#canvas'});
    const {warnings} = await viewer.importXML(xml);
    viewer.get('canvas').zoom('fit-viewport');
    return {
        warnings: warnings.map(String),
        drawn: viewer.get('elementRegistry').getAll().map(element => element.id),
    };
}
"""

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("service", SERVICES)
def test_bpmn_js_draws_it(chromium: Browser, service: str, tmp_path: Path) -> None:
    process = process_of(service)
    page = chromium.new_page(viewport={"width": 1800, "height": 700})
    page.set_content('<div id="canvas" style="height: 680px"></div>')
    page.add_script_tag(path=VIEWER)
    shown = page.evaluate(SHOW, bpmn.write(process).decode())
    page.screenshot(path=tmp_path / f"{service}.png")
    page.close()
    assert shown["warnings"] == []
    assert {f"step_{key}" for key in process.steps} <= set(shown["drawn"])

/* Signing on the screen: strokes of pen, finger or mouse become the lines of a drawing.
 *
 * data-sign       on the form; its field "drawn" takes the lines
 * data-pad        around the canvas: hidden until there are scripts, since without them nobody can draw
 * data-pad-clear  on the button that begins again
 */
(function () {
  "use strict";

  var MOST = 30000;

  function begin(form) {
    var pad = form.querySelector("[data-pad]");
    var canvas = pad && pad.querySelector("canvas");
    var drawn = form.querySelector("input[name=drawn]");
    if (!canvas || !canvas.getContext || !window.PointerEvent) return;
    var pen = canvas.getContext("2d");
    var last = null;
    pad.hidden = false;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#000";

    function place(event) {
      var box = canvas.getBoundingClientRect();
      function within(value, most) { return Math.max(0, Math.min(most, Math.round(value))); }
      return {
        x: within((event.clientX - box.left) * canvas.width / box.width, canvas.width),
        y: within((event.clientY - box.top) * canvas.height / box.height, canvas.height)
      };
    }

    function line(from, to) {
      pen.beginPath();
      pen.moveTo(from.x, from.y);
      pen.lineTo(to.x, to.y);
      pen.stroke();
    }

    function clear() {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      drawn.value = "";
      last = null;
    }

    canvas.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = place(event);
      drawn.value += "M" + last.x + " " + last.y;
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!last || drawn.value.length > MOST - 9) return;
      var now = place(event);
      if (Math.abs(now.x - last.x) + Math.abs(now.y - last.y) < 2) return;
      line(last, now);
      drawn.value += "L" + now.x + " " + now.y;
      last = now;
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      canvas.addEventListener(name, function () { last = null; });
    });
    pad.querySelector("[data-pad-clear]").addEventListener("click", clear);

    // What came back with a form that was refused is still there.
    drawn.value.split("M").slice(1).forEach(function (stroke) {
      var before = null;
      stroke.split("L").forEach(function (point) {
        var pair = point.split(" ");
        var now = { x: Number(pair[0]), y: Number(pair[1]) };
        if (before) line(before, now);
        before = now;
      });
    });
  }

  document.querySelectorAll("form[data-sign]").forEach(begin);
})();

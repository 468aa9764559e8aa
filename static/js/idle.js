/* The idle cover: after data-idle-seconds without a key, click or touch the page is hidden and asks for the
 * password. The page itself is not touched, so what was typed is still there. Tabs of one browser lock and
 * unlock together. Only the server opens it again; its own lock does not depend on this file.
 */
(function () {
  "use strict";
  var body = document.body;
  var cover = document.getElementById("cover");
  var limit = Number(body.dataset.idleSeconds) * 1000;
  if (!cover || !(limit > 0)) return;

  var form = document.getElementById("cover-form");
  var password = document.getElementById("cover-password");
  var complaint = document.getElementById("cover-error");
  var login = document.getElementById("cover-login");
  var tabs = window.BroadcastChannel ? new window.BroadcastChannel("hall") : null;
  var before = null;
  var told = 0;
  var pinged = Date.now();
  var last = { wall: Date.now(), steady: window.performance.now() };

  function idle() {
    // The longer of two clocks: one may stand still in sleep, the other may be set back.
    return Math.max(Date.now() - last.wall, window.performance.now() - last.steady);
  }

  function covered() {
    return !cover.hidden;
  }

  function tell(kind) {
    if (tabs) tabs.postMessage({ kind: kind, staff: body.dataset.staff });
  }

  function stir() {
    last = { wall: Date.now(), steady: window.performance.now() };
  }

  function others(change) {
    Array.prototype.forEach.call(body.children, function (child) {
      if (child !== cover) change(child);
    });
  }

  function close() {
    if (covered()) return;
    before = document.activeElement;
    Array.prototype.forEach.call(document.querySelectorAll("dialog[open]"), function (dialog) {
      if (dialog.close) dialog.close();
      else dialog.removeAttribute("open");
    });
    body.classList.add("is-covered");
    others(function (child) { child.setAttribute("inert", ""); });
    cover.hidden = false;
    password.focus();
  }

  function open() {
    stir();
    if (!covered()) return;
    cover.hidden = true;
    password.value = "";
    complaint.textContent = "";
    login.hidden = true;
    body.classList.remove("is-covered");
    others(function (child) { child.removeAttribute("inert"); });
    if (before && before.focus) before.focus();
  }

  function complain(text) {
    complaint.textContent = text;
    password.setAttribute("aria-invalid", "true");
    password.value = "";
    password.focus();
  }

  function freshToken(answer) {
    var token = answer.headers.get("X-CSRFToken");
    if (!token) return;
    body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    Array.prototype.forEach.call(document.getElementsByName("csrfmiddlewaretoken"), function (field) {
      field.value = token;
    });
  }

  function post(url, data) {
    return window.fetch(url, {
      method: "POST",
      body: data,
      credentials: "same-origin",
      redirect: "manual",
      headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    post(form.getAttribute("action"), new window.FormData(form)).then(function (answer) {
      if (answer.status === 204) {
        freshToken(answer);
        password.removeAttribute("aria-invalid");
        open();
        tell("open");
      } else if (answer.status === 403 || answer.status === 429) {
        return answer.json().catch(function () { return {}; }).then(function (said) {
          complain(said.message || form.dataset.wrong);
        });
      } else if (answer.status >= 500) {
        complain(form.dataset.lost);
      } else {
        login.hidden = false; // signed out meanwhile: 401, or a redirect to the login page
        complain(form.dataset.gone);
      }
    }).catch(function () {
      complain(form.dataset.lost);
    });
  });

  function active(event) {
    if (covered() || event.isTrusted === false) return;
    stir();
    if (Date.now() - told > 5000) {
      told = Date.now();
      tell("active");
    }
  }
  ["keydown", "pointerdown", "wheel", "touchstart", "input"].forEach(function (kind) {
    document.addEventListener(kind, active, { capture: true, passive: true });
  });

  function ping() {
    // Typing sends nothing, so the server is told now and then that somebody is here.
    if (!body.dataset.aliveUrl || covered() || idle() > 60000 || Date.now() - pinged < 60000) return;
    pinged = Date.now();
    var data = new window.FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    post(body.dataset.aliveUrl, data).then(function (answer) {
      if (answer.status === 403 || answer.type === "opaqueredirect") close();
    }).catch(function () {});
  }

  function look() {
    if (!covered() && idle() >= limit) {
      close();
      tell("close");
    }
    ping();
  }
  window.setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);

  if (tabs) {
    tabs.onmessage = function (event) {
      var note = event.data;
      if (note.staff !== body.dataset.staff) {
        // Somebody else signed in in this browser: nothing of the former person may stay on screen.
        if (note.kind === "open") window.location.reload();
      } else if (note.kind === "active" && !covered()) {
        stir();
      } else if (note.kind === "close") {
        close();
      } else if (note.kind === "open") {
        open();
      }
    };
    // The server gave out this page, so the person is signed in and not locked.
    tell("open");
  }

  // The server locks by itself; an htmx answer says so with the header HX-Trigger: hall:locked.
  body.addEventListener("hall:locked", close);
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (covered()) event.preventDefault();
  });
})();

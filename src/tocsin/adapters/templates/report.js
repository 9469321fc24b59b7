(function () {
  "use strict";
  var root = document.documentElement;
  var buttons = document.querySelectorAll(".switch button");

  function speak(lang) {
    root.lang = lang;
    document.title = root.getAttribute("data-title-" + lang);
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    });
    document.querySelectorAll("svg[data-name]").forEach(function (drawing) {
      drawing.setAttribute("aria-labelledby", drawing.dataset.name + "-title-" + lang);
      drawing.setAttribute("aria-describedby", drawing.dataset.name + "-desc-" + lang);
    });
    mind();
  }

  function unfold(id) {
    var place = id && document.getElementById(id);
    if (!place) return null;
    for (var node = place; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    return place;
  }

  // The hash holds the place and, in English, the language: #sessions, #en, #en:sessions.
  function follow() {
    var hash = decodeURIComponent(location.hash.slice(1));
    var english = /^en(?::(.*))?$/.exec(hash);
    if (english) {
      speak("en");
      var place = unfold(english[1]);
      if (place) place.scrollIntoView();
      return;
    }
    unfold(hash);
    if (root.lang === "en" && hash) history.replaceState(null, "", "#en:" + hash);
  }

  // A part that scrolls can be reached by the keyboard; one that does not is no stop.
  function mind() {
    document.querySelectorAll(".scroll").forEach(function (part) {
      if (part.scrollWidth > part.clientWidth + 1) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    });
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      var lang = button.dataset.lang;
      var place = decodeURIComponent(location.hash.slice(1)).replace(/^en:?/, "");
      speak(lang);
      var hash = lang === "en" ? "#en" + (place ? ":" + place : "") : place ? "#" + place : "";
      history.replaceState(null, "", hash || location.href.split("#")[0]);
    });
  });

  var folded = [];
  addEventListener("beforeprint", function () {
    folded = Array.prototype.slice.call(document.querySelectorAll("details.reasons:not([open])"));
    folded.forEach(function (part) { part.open = true; });
  });
  addEventListener("afterprint", function () {
    folded.forEach(function (part) { part.open = false; });
  });
  addEventListener("hashchange", follow);
  addEventListener("resize", mind);

  document.querySelector(".switch").hidden = false;
  follow();
  mind();
})();

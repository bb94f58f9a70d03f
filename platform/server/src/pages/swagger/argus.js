// Starts Swagger UI on the documents that the page names.
"use strict";

(() => {
  const root = document.getElementById("swagger-ui");
  const documents = JSON.parse(root.dataset.documents);
  let ui;

  // Swagger UI adds a key only where the document names it as enough. Here a key, once entered, goes with every request,
  // so that what is shown is always the answer to one and the same caller, whatever session the browser has.
  const withKey = (request) => {
    const key = ui?.authSelectors.authorized().getIn(["apiKey", "value"]);
    const toUs = new URL(request.url, location.href).origin === location.origin;
    if (typeof key === "string" && key.trim() !== "" && toUs) {
      request.headers["Argus-API-Key"] = key.trim();
    }
    return request;
  };

  const argus = ({ React }) => {
    const h = React.createElement;

    // All documents are this server's, so the key, which is kept in memory only, may stay when another one is chosen.
    const keep = () => () => ({ type: "argus_keep_authorization" });

    // Scripts cannot set cookies of a request: a field to enter one would be a field without effect.
    const withoutCookies = (original) => (state, ...rest) =>
      original(state, ...rest).filterNot((definition) => definition.first().get("in") === "cookie");

    const Logo = () => h("span", { className: "argus-logo" }, h("img", { src: "/swagger-ui/argus.svg", alt: "" }), "Argus");

    // Browsers offer again what was typed into a field, and some have its spelling checked elsewhere: not with keys.
    const Input = (Original) => (props) =>
      h(Original, { ...props, autoComplete: "off", autoCapitalize: "none", spellCheck: false });

    const Authorize = (Original) => (props) => {
      const hint = props.isAuthorized
        ? "What you entered goes with every request."
        : "Without a key, requests go with your session, once you have logged in.";
      return h("div", { className: "argus-authorize" }, h("span", { className: "argus-hint" }, hint), h(Original, props));
    };

    // The button may be far from where the answer appears; an answer that just came is brought into view.
    let fresh = false;
    const setResponse = (original) => (...rest) => {
      fresh = true;
      return original(...rest);
    };
    const Answer = (Original) => (props) => {
      const place = React.useRef(null);
      React.useEffect(() => {
        if (fresh) place.current.scrollIntoView({ block: "start" });
        fresh = false;
      }, [props.response]);
      return h("div", { ref: place }, h(Original, props));
    };

    const Filter = ({ layoutSelectors, layoutActions }) => {
      const value = layoutSelectors.currentFilter();
      const input = h("input", {
        type: "search",
        className: "operation-filter-input",
        placeholder: "Filter by path, summary or tag",
        "aria-label": "Filter operations",
        value: typeof value === "string" ? value : "",
        onChange: (event) => layoutActions.updateFilter(event.target.value),
      });
      return h("div", { className: "filter-container" }, h("div", { className: "filter wrapper" }, input));
    };

    const opsFilter = (tags, phrase) => {
      const wanted = phrase.trim().toLowerCase();
      const speaksOf = (...texts) => texts.some((text) => text?.toLowerCase().includes(wanted));
      const fits = (item) =>
        speaksOf(item.get("path"), item.getIn(["operation", "summary"]), item.getIn(["operation", "operationId"]));
      return tags
        .map((tag, name) => (speaksOf(name) ? tag : tag.update("operations", (all) => all.filter(fits))))
        .filter((tag) => tag.get("operations").size > 0);
    };

    return {
      components: { Logo, FilterContainer: Filter },
      wrapComponents: { authorizeBtn: Authorize, Input, liveResponse: Answer },
      fn: { opsFilter },
      statePlugins: {
        spec: { wrapActions: { setResponse } },
        auth: { wrapActions: { restoreAuthorization: keep }, wrapSelectors: { definitionsToAuthorize: withoutCookies } },
      },
    };
  };

  ui = SwaggerUIBundle({
    domNode: root,
    urls: documents,
    layout: "StandaloneLayout",
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [argus],
    requestInterceptor: withKey,
    // Keys stay in memory: what lies in the browser's storage can be read by whoever comes next.
    persistAuthorization: false,
    // Nothing is asked of other hosts.
    validatorUrl: null,
    deepLinking: true,
    tryItOutEnabled: true,
    filter: true,
    displayRequestDuration: true,
    // The function and the level that an operation asks for, and the bounds of its parameters.
    showExtensions: true,
    showCommonExtensions: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
  });
})();

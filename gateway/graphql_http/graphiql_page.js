// GraphiQL with a login. The token stays in this page's memory: it is neither stored nor put into an address.
(() => {
  const told = document.getElementById("told");
  const login = document.getElementById("login");
  let token = null;

  const bearer = () => (token ? { authorization: `Bearer ${token}` } : {});
  const socket = new URL("/graphql", location.href);
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";

  login.addEventListener("submit", async event => {
    event.preventDefault();
    const [username, password] = ["username", "password"].map(id => document.getElementById(id).value);
    const answer = await fetch("/auth/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });
    const body = await answer.json();
    token = answer.ok ? body.access_token : null;
    document.getElementById("password").value = "";
    told.textContent = answer.ok ? `已登录：${username}` : body.errors[0].message;
    show();
  });

  const fetcher = async (parameters, options) => {
    const send = GraphiQL.createFetcher({
      url: "/graphql",
      subscriptionUrl: socket.href,
      wsConnectionParams: bearer(),
      headers: bearer(),
    });
    const answer = await send(parameters, options);
    if (answer?.errors?.some(one => one.extensions?.code === "UNAUTHENTICATED")) {
      told.textContent = "登录已过期，请重新登录";
    }
    return answer;
  };

  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  // Made anew after a login, so that it asks for the schema as whoever is logged in.
  const show = () =>
    root.render(
      React.createElement(GraphiQL, {
        key: token ?? "",
        fetcher,
        ...(token ? {} : { schema: null }), // which keeps it from asking before somebody is logged in
        shouldPersistHeaders: false,
        defaultQuery: "# 信桥接口：左上角可查看文档；Ctrl+Enter 执行\n{\n  me {\n    username\n    name\n    roles\n  }\n}\n",
      }),
    );
  show();
})();

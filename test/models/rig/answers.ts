import type { ServerResponse } from "node:http";

const json = { "content-type": "application/json" };
const patience = "look whether the server is well, and try again";

/** What comes in place of an answer of MLflow, what is said of it, and after how many requests. */
export const answers: readonly (readonly [
  what: string,
  answer: (response: ServerResponse) => void,
  said: string,
  requests: number,
])[] = [
  [
    "a login page",
    (response) => response.writeHead(302, { location: "https://login.example.com/sso?x=1" }).end(),
    "unavailable: MLflow at <mlflow> sends requests elsewhere to https://login.example.com/sso: a login page, most likely; name the address of the tracking server itself, and give credentials that it takes by MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN",
    1,
  ],
  [
    "a web page",
    (response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Welcome</html>"),
    "unavailable: MLflow at <mlflow> answers with a web page (200) instead of MLflow's API; correct `mlflow.tracking_uri` in esteira.yaml; a login page may be in front of the server",
    1,
  ],
  [
    "another service",
    (response) => response.writeHead(404, json).end('{"detail": "Not Found"}'),
    "unavailable: no MLflow answers at <mlflow>: a server is there, and it knows no path /api/2.0/mlflow (404); correct `mlflow.tracking_uri` in esteira.yaml: the path is missing where MLflow runs below one (`--static-prefix`, or a proxy's)",
    1,
  ],
  [
    "another service that refuses",
    (response) => response.writeHead(405, json).end('{"detail": "Method Not Allowed"}'),
    "unavailable: no MLflow answers at <mlflow>: what is there says 405 to MLflow's API; correct `mlflow.tracking_uri` in esteira.yaml",
    1,
  ],
  [
    "a proxy's error page",
    (response) =>
      response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad Gateway</h1>"),
    `unavailable: MLflow at <mlflow> has an internal problem (502), and answers with a web page; ${patience}`,
    3,
  ],
  [
    "an internal error",
    (response) =>
      response
        .writeHead(500, json)
        .end('{"error_code": "INTERNAL_ERROR", "message": "database\\n is locked"}'),
    `unavailable: MLflow at <mlflow> has an internal problem (500: database is locked); ${patience}`,
    3,
  ],
  [
    "half a document",
    (response) => response.writeHead(200, json).end('{"registered_model": {"na'),
    `unavailable: MLflow at <mlflow> gives an answer that is not a whole JSON document (200, 25 characters); ${patience}`,
    1,
  ],
  [
    "an answer that breaks off",
    (response) => {
      response.writeHead(200, { ...json, "content-length": "1000" }).write("{");
      setTimeout(() => response.destroy(), 10);
    },
    `unavailable: MLflow at <mlflow> broke off in the middle of its answer; ${patience}`,
    3,
  ],
  [
    "nothing",
    (response) => response.writeHead(200, json).end(),
    `unavailable: MLflow at <mlflow> answers with nothing (200); ${patience}`,
    1,
  ],
  [
    "a server that takes its time",
    () => undefined,
    `unavailable: MLflow at <mlflow> gives no whole answer within 0.3 s; ${patience}`,
    3,
  ],
  [
    "a server that never stops",
    (response) => {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(timer));
    },
    `unavailable: MLflow at <mlflow> gives no whole answer within 0.3 s; ${patience}`,
    3,
  ],
  [
    "a refusal of the one who asks",
    (response) => response.writeHead(401).end("You are not authenticated"),
    "permission: MLflow at <mlflow> asks for credentials (401); set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN",
    1,
  ],
];

package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apiserver.authn.UserInfo;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is told about paths at which there is nothing: as upstream, a `Status` where its router
/// answers, and plain text elsewhere.
class UnknownPathsTest {
  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    http = Http.as(server, "admin", UserInfo.MASTERS_GROUP);
    DefinedKinds.define(
        server,
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: crontabs.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: crontabs, kind: CronTab}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object}}
        """);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/foos",
        "/api/v1/namespaces/default/foos/x",
        "/api/v1/namespaces/default/pods/x/foo",
        "/api/v9",
        "/api/v9/pods",
        "/apis/apps/v1/foos",
        "/apis/apps/v9",
        "/apis/apps/v9/deployments",
        "/apis/authorization.k8s.io/v1/foos",
        "/apis/apiextensions.k8s.io/v1/foos",
        "/version/foo",
      })
  void isAStatusBelowTheBuiltInGroups(String path) throws Exception {
    var answer = http.get(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8).strip())
        .isEqualTo(
            """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"the server could not find the requested resource","reason":"NotFound",\
            "details":{},"code":404}\
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/apis/nobody.example",
        "/apis/nobody.example/v1",
        "/apis/nobody.example/v1/things",
        "/apis/example.com/v9",
        "/apis/example.com/v9/crontabs",
        "/apis/example.com/v1/foos",
        "/nothing",
        "/metrics/nothing",
      })
  void isPlainTextElsewhere(String path) throws Exception {
    var answer = http.get(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("404 page not found\n");
  }

  @Test
  void takesUnknownPartsOfCustomResourcesForUnknownObjects() throws Exception {
    var answer = http.get("/apis/example.com/v1/namespaces/default/crontabs/x/foo");

    assertThat(Http.status(answer))
        .isEqualTo(
            Map.of(
                "code", "404",
                "reason", "NotFound",
                "message", "crontabs.example.com \"x\" not found"));
  }
}

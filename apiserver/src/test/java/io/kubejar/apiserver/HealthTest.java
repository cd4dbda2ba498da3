package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the server says about its health, in the words that probes and people know.
class HealthTest {
  private TestServer server;
  private Http admin;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start();
    admin = Http.as(server, "admin", "system:masters");
    server.awaitReady(admin);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void isReadyWithoutManyWords() throws Exception {
    for (var endpoint : new String[] {"/healthz", "/livez", "/readyz", "/readyz/ping"}) {
      assertThat(text(admin.get(endpoint))).isEqualTo("ok");
    }
    assertThat(admin.get("/readyz/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void tellsEveryCheckToThoseWhoAsk() throws Exception {
    assertThat(text(admin.get("/readyz?verbose")))
        .startsWith("[+]ping ok\n[+]log ok\n[+]etcd ok\n")
        .contains("[+]etcd-readiness ok\n", "[+]informer-sync ok\n")
        .contains("[+]poststarthook/rbac/bootstrap-roles ok\n")
        .contains("[+]autoregister-completion ok\n")
        .endsWith("[+]shutdown ok\nreadyz check passed\n");
    assertThat(text(admin.get("/livez?verbose")))
        .doesNotContain("shutdown", "]informer-sync", "etcd-readiness")
        .endsWith("livez check passed\n");
  }

  @Test
  void leavesOutWhatNobodyWantsToKnow() throws Exception {
    assertThat(text(admin.get("/readyz?verbose&exclude=etcd&exclude=nothing")))
        .contains("[+]etcd excluded: ok\n")
        .endsWith(
            "warn: some health checks cannot be excluded: no matches for \"nothing\"\n"
                + "readyz check passed\n");
  }

  @Test
  void isNotReadyOnceItIsAboutToStop() throws Exception {
    server.server().leave();
    var readiness = admin.get("/readyz");

    assertThat(readiness.statusCode()).isEqualTo(500);
    assertThat(text(readiness))
        .contains("[+]ping ok\n")
        .endsWith("[-]shutdown failed: reason withheld\nreadyz check failed\n");
    assertThat(text(admin.get("/readyz/shutdown")))
        .isEqualTo("internal server error: process is shutting down\n");
    assertThat(text(admin.get("/livez"))).isEqualTo("ok");
    assertThat(text(admin.get("/metrics/slis")))
        .contains("kubernetes_healthcheck{name=\"shutdown\",type=\"readyz\"} 0")
        .contains("kubernetes_healthcheck{name=\"ping\",type=\"livez\"} 1");
  }

  @Test
  void listsItsPaths() throws Exception {
    assertThat(text(admin.get("/")))
        .contains("\"/api/v1\"", "\"/apis/\"", "\"/apis/apps/v1\"", "\"/healthz/ping\"")
        .contains("\"/openid/v1/jwks\"", "\"/readyz/shutdown\"", "\"/version\"");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}

package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Namespaces whose service account is still to come.
class NewNamespaceTest {
  private static final String POD =
      "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"x:1\"}]}}";

  private static TestServer server;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.start();
    for (var name : new String[] {"early", "never"}) {
      server
          .admin()
          .create(
              Namespace.RESOURCE, Namespace.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name)));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void letsAPodWaitForItsAccount() throws Exception {
    var http = Http.as(server, "admin", "system:masters");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = threads.submit(() -> http.post("/api/v1/namespaces/early/pods", POD));
      server
          .admin()
          .create(
              ServiceAccount.RESOURCE,
              ServiceAccount.EMPTY.withMetadata(World.named("default").withNamespace("early")));

      assertThat(answer.get()).extracting(HttpResponse::statusCode).isEqualTo(201);
    }
  }

  @Test
  void refusesAPodWhoseAccountDoesNotCome() throws Exception {
    var http = Http.as(server, "admin", "system:masters");
    var answer = http.post("/api/v1/namespaces/never/pods", POD);

    assertThat(Http.status(answer))
        .containsEntry("code", "403")
        .containsEntry(
            "message",
            "pods \"web\" is forbidden: error looking up service account never/default:"
                + " serviceaccount \"default\" not found");
  }
}

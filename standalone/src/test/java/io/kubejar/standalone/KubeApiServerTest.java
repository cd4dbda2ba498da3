package io.kubejar.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.client.ListOptions;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.Pem;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Starts the API server with the flags and files that envtest gives it.
@Timeout(60)
final class KubeApiServerTest {
  @TempDir Path directory;

  private final RealClock clock = new RealClock();
  private final CertificateAuthority serving = CertificateAuthority.create("serving", clock);
  private final CertificateAuthority clients = CertificateAuthority.create("clients", clock);
  private final CertificateAuthority accounts = CertificateAuthority.create("accounts", clock);

  @Test
  void servesWhomTheAuthorityOfClientsVouchesFor() throws Exception {
    try (var running = started()) {
      int port = running.listener().address().getPort();
      try (var admin = client(port, "admin", "system:masters");
          var guest = client(port, "guest")) {
        var made = admin.create(Pod.RESOURCE, pod()); // Without a service account.
        assertThat(made.metadata().uid()).isNotEmpty();
        assertThat(admin.list(ServiceAccount.RESOURCE, ListOptions.ALL).items()).isEmpty();
        assertThatThrownBy(() -> guest.get(Pod.RESOURCE, new ObjectKey("default", "alone")))
            .isInstanceOfSatisfying(ApiException.class, it -> assertThat(it.code()).isEqualTo(403));
      }
    }
    clock.close();
  }

  @Test
  void anEtcdThatStandsInIsHealthy() throws Exception {
    var server = EtcdStandIn.listen(URI.create("http://127.0.0.1:0"));
    try (var http = HttpClient.newHttpClient()) {
      var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/health");
      var answer = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(HttpURLConnection.HTTP_OK);
      assertThat(answer.body()).contains("\"health\":\"true\"");
    } finally {
      server.stop(0);
    }
    clock.close();
  }

  private KubeApiServer.Running started() throws Exception {
    var own = serving.issue(CertificateSpec.server("server", List.of("localhost"), loopback()));
    write("apiserver.crt", Pem.encode(own.chain()));
    write("apiserver.key", Pem.encodeKey(own));
    write("client-cert-auth-ca.crt", Pem.encode(List.of(clients.certificate())));
    write("sa-signer.crt", Pem.encode(List.of(accounts.certificate())));
    write("sa-signer.key", Pem.encodeKey(accounts.material()));
    var server = new KubeApiServer();
    new CommandLine(server)
        .parseArgs(
            "--allow-privileged=true",
            "--authorization-mode=RBAC",
            "--bind-address=127.0.0.1",
            "--cert-dir=" + directory,
            "--client-ca-file=" + directory.resolve("client-cert-auth-ca.crt"),
            "--disable-admission-plugins=ServiceAccount",
            "--etcd-servers=http://127.0.0.1:2379",
            "--secure-port=0",
            "--service-account-issuer=https://127.0.0.1:6443/",
            "--service-account-key-file=" + directory.resolve("sa-signer.crt"),
            "--service-account-signing-key-file=" + directory.resolve("sa-signer.key"),
            "--service-cluster-ip-range=10.0.0.0/24");
    return server.start();
  }

  private HttpApiClient client(int port, String user, String... groups) throws Exception {
    var certificate = clients.issue(CertificateSpec.client(user, groups));
    var kubeconfig =
        Kubeconfig.empty()
            .withCluster(
                "c", "https://127.0.0.1:" + port, Pem.encode(List.of(serving.certificate())))
            .withCertificateUser("u", Pem.encode(certificate.chain()), Pem.encodeKey(certificate))
            .withContext("x", "c", "u")
            .withCurrentContext("x");
    return new HttpApiClient(kubeconfig.access("KubeApiServerTest"), clock);
  }

  private void write(String name, String pem) throws Exception {
    Files.writeString(directory.resolve(name), pem);
  }

  private static List<InetAddress> loopback() {
    return List.of(InetAddress.ofLiteral("127.0.0.1"));
  }

  private static Pod pod() {
    return Pod.builder()
        .metadata(ObjectMeta.builder().namespace("default").name("alone").build())
        .spec(
            PodSpec.builder()
                .containers(List.of(Container.builder().name("main").image("main").build()))
                .build())
        .build();
  }
}

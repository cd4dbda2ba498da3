package io.kubejar.standalone;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.ApiServer;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.authn.ServiceAccountTokens;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.ThreadedRuntime;
import io.kubejar.controlplane.InProcessClient;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.storage.MemoryStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// An API server alone, started as kube-apiserver is: for suites based on envtest, which bring
/// certificates and an etcd of their own. It keeps its objects in memory for as long as it runs,
/// whatever etcd it is told of, and runs no controllers, as theirs does not.
@Command(
    name = "kube-apiserver",
    mixinStandardHelpOptions = true,
    description = {
      "Serves the Kubernetes API from memory, for tests.",
      "Flags are those of kube-apiserver, as far as they are listed here.",
    })
public final class KubeApiServer implements Callable<Integer> {
  private static final Duration DRAIN = Duration.ofSeconds(2);

  @Option(names = "--bind-address", description = "where to listen (default: 127.0.0.1)")
  private String bindAddress = "127.0.0.1";

  @Option(names = "--secure-port", description = "the port (default: 6443)")
  private int securePort = 6443;

  @Option(
      names = "--cert-dir",
      description = "where apiserver.crt and apiserver.key are, unless files are named")
  private Path certDir = Path.of("/var/run/kubernetes");

  @Option(names = "--tls-cert-file", description = "the server's certificate")
  private @Nullable Path certificate;

  @Option(names = "--tls-private-key-file", description = "its key")
  private @Nullable Path key;

  @Option(names = "--client-ca-file", description = "who signs the certificates of clients")
  private @Nullable Path clientAuthority;

  @Option(
      names = "--service-account-issuer",
      description = "of service-account tokens; the first one signs, all are good")
  private List<String> issuers = List.of();

  @Option(
      names = "--service-account-key-file",
      description = "public keys, or certificates, that tokens are checked with")
  private List<Path> accountKeys = List.of();

  @Option(
      names = "--service-account-signing-key-file",
      description = "the private key that signs tokens")
  private @Nullable Path signingKey;

  @SuppressWarnings("UnusedVariable") // Suites say it; there is nothing to do about it.
  @Option(
      names = {"--etcd-servers", "--etcd-prefix", "--storage-backend"},
      description = "taken and not used: objects are kept in memory")
  private @Nullable String store;

  @Option(
      names = "--authorization-mode",
      split = ",",
      description = "Node and RBAC, which are always on; others only by --authorization-config")
  private List<String> modes = List.of();

  @SuppressWarnings("UnusedVariable") // Suites say it; there is nothing to do about it.
  @Option(
      names = "--allow-privileged",
      arity = "1",
      description = "taken: whether pods may be privileged is up to admission")
  private boolean allowPrivileged;

  @Option(names = "--advertise-address", description = "where the server is reached in the cluster")
  private String advertiseAddress = "";

  @SuppressWarnings("UnusedVariable") // Suites say it; there is nothing to do about it.
  @Option(
      names = {"-v", "--v"},
      description = "taken and not used")
  private int verbosity;

  @Mixin private ApiServerChoice server = new ApiServerChoice();

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new KubeApiServer())
            .setParameterExceptionHandler(Main::explainUsage)
            .setExecutionExceptionHandler((failure, command, _) -> Main.explain(failure, command))
            .execute(args));
  }

  /// Serves until somebody asks the process to end.
  @Override
  public Integer call() throws IOException, InterruptedException {
    var end = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    try (var _ = start()) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    end.countDown();
                    awaitQuietly(ended);
                  }));
      end.await();
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private static void awaitQuietly(CountDownLatch ended) {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Starts serving.
  Running start() throws IOException, InterruptedException {
    for (var mode : modes) {
      if (!mode.equals("RBAC") && !mode.equals("Node")) {
        throw CommandFailure.usage("--authorization-mode is RBAC and Node here, not " + mode);
      }
    }
    server.check();
    var clock = new RealClock();
    var api = new ApiServer(server.apply(options(clock)));
    api.start();
    var client =
        new InProcessClient(
            api.api(UserInfo.of("system:apiserver", UserInfo.MASTERS_GROUP), "kube-apiserver"));
    var runtime = new ThreadedRuntime(client, clock, new SecureRandom(), KubeApiServer::onFault);
    api.parts().forEach(runtime::add);
    runtime.start();
    var where = new InetSocketAddress(bindAddress, securePort);
    return new Running(api, api.listen(ServerOptions.https(where, tls())), runtime, clock);
  }

  private ApiServerOptions options(Clock clock) throws IOException {
    var options =
        ApiServerOptions.of(new MemoryStore(clock), clock, new SecureRandom())
            .withClientAuthorities(authorities());
    if (!advertiseAddress.isEmpty()) {
      options = options.withAdvertised(advertiseAddress, 0);
    }
    return signingKey == null ? options : options.withTokens(tokens(signingKey));
  }

  /// The private key alone does not tell its public half; one of the key files does.
  private ServiceAccountTokens.Config tokens(Path signing) throws IOException {
    if (issuers.isEmpty() || accountKeys.isEmpty()) {
      throw CommandFailure.usage(
          "--service-account-signing-key-file needs --service-account-issuer and"
              + " --service-account-key-file");
    }
    var pair =
        Pem.keyPair(Files.readString(signing) + "\n" + Files.readString(accountKeys.getFirst()));
    var others = new ArrayList<PublicKey>();
    for (var file : accountKeys.subList(1, accountKeys.size())) {
      others.add(publicKey(Files.readString(file)));
    }
    return new ServiceAccountTokens.Config(issuers.getFirst(), issuers, pair, others);
  }

  private static PublicKey publicKey(String pem) {
    var certificates = Pem.certificates(pem);
    return certificates.isEmpty() ? Pem.publicKey(pem) : certificates.getFirst().getPublicKey();
  }

  private List<X509Certificate> authorities() throws IOException {
    return clientAuthority == null
        ? List.of()
        : Pem.certificates(Files.readString(clientAuthority));
  }

  private TlsSource tls() throws IOException {
    var chain = certificate == null ? certDir.resolve("apiserver.crt") : certificate;
    var secret = key == null ? certDir.resolve("apiserver.key") : key;
    var material = Pem.material(Files.readString(chain), Files.readString(secret));
    return TlsSource.fixed(new TlsMaterial(material, authorities()));
  }

  private static void onFault(RuntimeException fault) {
    LoggerFactory.getLogger(KubeApiServer.class)
        .error("A part of the API server failed; the process ends.", fault);
    Runtime.getRuntime().halt(70);
  }

  /// A server at work.
  record Running(ApiServer api, HttpServer listener, ThreadedRuntime runtime, RealClock clock)
      implements AutoCloseable {
    @Override
    public void close() {
      boolean interrupted = Thread.interrupted(); // Stopping needs an undisturbed thread.
      api.leave();
      try {
        runtime.close();
        listener.drain(DRAIN);
      } catch (InterruptedException e) {
        interrupted = true;
      } finally {
        listener.close();
        api.close();
        clock.close();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}

package io.kubejar.controlplane;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.network.IpRange;
import io.kubejar.apiserver.ApiServer;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.FrontProxy;
import io.kubejar.apiserver.ServingOptions;
import io.kubejar.apiserver.authn.ServiceAccountTokens;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.apiserver.zpages.ComponentPages;
import io.kubejar.client.AssembledRuntime;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Kubeconfig;
import io.kubejar.controllers.Controllers;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.scheduler.Profile;
import io.kubejar.scheduler.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running control plane: API server, controllers and scheduler in this process.
public final class ControlPlane {
  private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);

  /// For the streams that have no end of their own.
  private static final Duration DRAIN = Duration.ofSeconds(5);

  /// The same where nothing else goes on any more.
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private static final String MANAGER = "kube-controller-manager";
  private static final String SCHEDULER = "kube-scheduler";
  private static final String CONTROLLERS_GROUP = "system:serviceaccounts:kube-system";

  private final ControlPlaneOptions options;
  private final ApiServer apiServer;
  private final ServingOptions.Stopping stopping;
  private final AssembledRuntime runtime;
  private final HttpServer listener;
  private final List<HttpServer> others = new ArrayList<>();
  private final @Nullable Scheduler scheduler;

  private ControlPlane(ControlPlaneOptions options, Consumer<RuntimeException> onFault)
      throws IOException, InterruptedException {
    this.options = options;
    var serverOptions = serverOptions(options);
    apiServer = new ApiServer(serverOptions);
    stopping = serverOptions.serving().stopping();
    // Both run in this process: they are there for as long as it is.
    apiServer
        .components()
        .with("controller-manager", Optional::empty)
        .with("scheduler", Optional::empty);
    apiServer.start();
    var tls = serverTls(options, serverOptions);
    listener = apiServer.listen(ServerOptions.https(options.listen(), tls));
    var managerPages = pages(MANAGER, "kubecontrollermanager.config.k8s.io");
    var managerRequests = requests(managerPages);
    var manager = client(UserInfo.of("system:kube-controller-manager"), MANAGER, managerRequests);
    runtime = options.runtimes().create(manager, options.clock(), options.random(), onFault);
    var queues = new QueueMetrics(managerPages.registry(), MANAGER, options.clock());
    runtime.onController(queues::watch);
    apiServer.parts().forEach(runtime::add);
    Components.of(options, JobMetrics.of(managerPages.registry()))
        .forEach(component -> component.install(runtimeOf(component, managerRequests)));
    var schedulerPages = pages(SCHEDULER, "kubescheduler.config.k8s.io");
    scheduler = options.scheduler() ? installScheduler(schedulerPages) : null;
    runtime.start();
    listen(options.listeners().controllerManager(), tls, managerPages);
    listen(options.listeners().scheduler(), tls, schedulerPages);
  }

  private Scheduler installScheduler(ComponentPages pages) {
    var client = client(UserInfo.of("system:kube-scheduler"), SCHEDULER, requests(pages));
    var profile = Profile.standard();
    var metrics = new SchedulerMetrics(pages.registry(), profile.schedulerName());
    var installed = Scheduler.install(new IdentifiedRuntime(runtime, client), profile, metrics);
    metrics.show(installed::counts);
    return installed;
  }

  private ClientMetrics requests(ComponentPages pages) {
    var host = "127.0.0.1:" + listener.address().getPort();
    return new ClientMetrics(pages.registry(), options.clock(), host);
  }

  private ComponentPages pages(String component, String configuration) {
    var flags = options.listeners().flags();
    var chosen = new LinkedHashMap<String, JsonValue>();
    new TreeMap<>(flags).forEach((name, value) -> chosen.put(name, new JsonString(value)));
    return ComponentPages.of(
        component, flags, JsonObject.of(configuration, new JsonObject(chosen)), options.clock());
  }

  private void listen(@Nullable InetSocketAddress where, TlsSource tls, ComponentPages pages)
      throws IOException {
    if (where != null) {
      others.add(apiServer.listen(ServerOptions.https(where, tls), pages));
    }
  }

  /// Starts everything; returns when requests are served.
  ///
  /// @param onFault told when a part fails in a way it does not expect
  public static ControlPlane start(ControlPlaneOptions options, Consumer<RuntimeException> onFault)
      throws IOException, InterruptedException {
    return new ControlPlane(options, onFault);
  }

  /// Where the controllers and the scheduler listen, as far as they do, in this order.
  public List<InetSocketAddress> otherAddresses() {
    return others.stream().map(HttpServer::address).toList();
  }

  /// Where the API server listens.
  public InetSocketAddress address() {
    return listener.address();
  }

  /// The scheduler, unless it is switched off.
  public Optional<Scheduler> scheduler() {
    return Optional.ofNullable(scheduler);
  }

  /// Forgets the history of the store: lists at older revisions are answered with 410.
  public void compact() throws InterruptedException {
    apiServer.compact();
  }

  /// The resource of this kind, if it is served now.
  public Optional<ResourceType<?>> served(GroupVersionKind kind) {
    for (var resource : apiServer.resources().all()) {
      if (resource.type().gvk().equals(kind)) {
        return Optional.of(resource.type());
      }
    }
    return Optional.empty();
  }

  /// All resources that are served.
  public Resources resources() {
    return apiServer.resources();
  }

  /// A client in this process that acts as this user.
  ///
  /// @param manager the field manager of its writes
  public Client client(UserInfo user, String manager) {
    return client(user, manager, CountedRequests.NOT);
  }

  private Client client(UserInfo user, String manager, CountedRequests requests) {
    var client = new InProcessClient(apiServer.api(user, manager), requests);
    return options.clients().around(client, user, manager);
  }

  /// A runtime for further components of this process, which act as this user and share nothing
  /// with the controllers. The caller starts and closes it.
  public AssembledRuntime runtime(
      UserInfo user, String manager, Consumer<RuntimeException> onFault) {
    return options
        .runtimes()
        .create(client(user, manager), options.clock(), options.random(), onFault);
  }

  /// The first administrator's access, under this name.
  public Kubeconfig administrator(String context) {
    var admin = options.pki().administrator();
    return access(context, admin);
  }

  /// Access by a certificate that this cluster's authority has signed.
  ///
  /// @param context what cluster, user and context are called in the kubeconfig
  public Kubeconfig access(String context, KeyMaterial user) {
    var server = "https://127.0.0.1:" + address().getPort();
    return Kubeconfig.empty()
        .withCluster(context, server, Pem.encode(List.of(options.pki().authority().certificate())))
        .withCertificateUser(context, Pem.encode(user.chain()), Pem.encodeKey(user))
        .withContext(context, context, context)
        .withCurrentContext(context);
  }

  /// Says that it is about to stop, goes on for as long as it was told to, stops taking requests,
  /// lets those under way end, and stops all parts. The store stays open.
  public void stop() throws InterruptedException {
    apiServer.leave();
    pass(stopping.delay());
    runtime.close();
    apiServer.retire();
    if (stopping.retryAfter()) {
      apiServer.refuse();
    } else {
      listener.leave();
    }
    boolean drained = apiServer.awaitDrained();
    if (!drained) {
      log.info("requests are broken off that took longer than they may");
    }
    listener.drain(stopping.retryAfter() ? CLOSING : DRAIN);
    end();
  }

  /// Stops all parts at once; requests under way are cut off. The store stays open.
  public void halt() throws InterruptedException {
    runtime.close();
    end();
  }

  private void end() {
    listener.close();
    others.forEach(HttpServer::close);
    apiServer.close();
  }

  private void pass(Duration time) throws InterruptedException {
    if (time.isZero()) {
      return;
    }
    var over = new CountDownLatch(1);
    options.clock().schedule(time, over::countDown);
    over.await();
  }

  private ComponentRuntime runtimeOf(Component component, CountedRequests requests) {
    var account = Controllers.account(component);
    if (account.isEmpty()) {
      return runtime;
    }
    var user =
        UserInfo.of(
            "system:serviceaccount:kube-system:" + account.get(),
            "system:serviceaccounts",
            CONTROLLERS_GROUP);
    return new IdentifiedRuntime(runtime, client(user, component.name(), requests));
  }

  private static ApiServerOptions serverOptions(ControlPlaneOptions options) {
    var pki = options.pki();
    var authority = List.of(pki.authority().certificate());
    var issuer = "https://kubernetes.default.svc." + options.clusterDomain();
    var usual =
        ApiServerOptions.of(options.store(), options.clock(), options.random())
            .withTokens(
                new ServiceAccountTokens.Config(
                    issuer, List.of(issuer), pki.serviceAccountKeys(), List.of()))
            .withServiceCidrs(List.of(options.serviceCidr()))
            .withAdvertised(
                options.addresses().getFirst().getHostAddress(), options.listen().getPort())
            .withKubeletClient(
                TlsSource.fixed(new TlsMaterial(pki.apiServerAsKubeletClient(), authority)))
            .withClientAuthorities(authority)
            .withFrontProxy(frontProxy(pki));
    return options.access().apply(usual);
  }

  private static FrontProxy frontProxy(ClusterPki pki) {
    var authorities = List.of(pki.frontProxyAuthority().certificate());
    var client = new TlsMaterial(pki.frontProxyClient(), List.of());
    return new FrontProxy(
        TlsSource.fixed(client), authorities, List.of(ClusterPki.FRONT_PROXY_CLIENT));
  }

  private static TlsSource serverTls(ControlPlaneOptions options, ApiServerOptions server) {
    var domain = options.clusterDomain();
    var names =
        List.of(
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc." + domain);
    var addresses = new ArrayList<>(options.addresses());
    addresses.add(InetAddress.ofLiteral("127.0.0.1"));
    addresses.add(firstOf(server.serviceCidrs().getFirst()));
    var key = options.pki().apiServer(names, addresses);
    var trusted = new ArrayList<X509Certificate>();
    trusted.add(options.pki().authority().certificate());
    var proxy = server.authentication().frontProxy();
    if (proxy != null) {
      trusted.addAll(proxy.authorities());
    }
    return TlsSource.fixed(new TlsMaterial(key, trusted));
  }

  /// The address of the `kubernetes` Service: the first of the range.
  private static InetAddress firstOf(String cidr) {
    return InetAddress.ofLiteral(IpRange.of(cidr).address(1));
  }
}

package io.kubejar.apiserver;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.admission.AdmissionOptions;
import io.kubejar.apiserver.audit.AuditSink;
import io.kubejar.apiserver.audit.Policy;
import io.kubejar.apiserver.authn.AuthenticationOptions;
import io.kubejar.apiserver.authn.ServiceAccountTokens;
import io.kubejar.apiserver.authz.HealthPaths;
import io.kubejar.apiserver.encryption.Encryption;
import io.kubejar.apiserver.identity.ServerIdentity;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.services.PortRange;
import io.kubejar.apiserver.strategy.Strategies;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.storage.Store;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What an API server needs from outside. Start from [#of]; each `with…` gives a changed copy.
public final class ApiServerOptions {
  private static final String DEFAULT_SERVICE_CIDR = "10.96.0.0/16";

  private final Store store;
  private final Clock clock;
  private final RandomGenerator random;

  // Set by the with-methods alone, on a copy that nobody else has seen yet.
  private ServiceAccountTokens.@Nullable Config tokens;
  private List<String> serviceCidrs = List.of(DEFAULT_SERVICE_CIDR);
  private PortRange nodePorts = PortRange.DEFAULT;
  private String advertiseAddress = "";
  private int advertisePort;
  private @Nullable TlsSource kubeletClient;
  private List<X509Certificate> clientAuthorities = List.of();
  private boolean trackFields = true;
  private @Nullable FrontProxy frontProxy;
  private @Nullable Auditing auditing;
  private LongSupplier storeSize = () -> -1;
  private Map<String, String> flags = Map.of();
  private ServerIdentity identity;
  private Encryption encryption;
  private @Nullable Path encryptionFile;
  private @Nullable Path authorizationFile;
  private boolean open;
  private AuthenticationOptions authentication =
      new AuthenticationOptions(HealthPaths.ANONYMOUS, null, null, null);
  private AdmissionOptions admission = AdmissionOptions.DEFAULT;
  private ServingOptions serving = ServingOptions.DEFAULT;
  private Filter guest = (request, next) -> next.handle(request);
  private Predicate<String> silentWebhooks = _ -> false;

  /// By which this server is told from others of its cluster.
  ServerIdentity identity() {
    return identity;
  }

  /// What is recorded, and where.
  public record Auditing(Policy policy, AuditSink sink) {}

  private Duration eventsKept = Strategies.EVENTS_KEPT;

  private ApiServerOptions(
      Store store, Clock clock, RandomGenerator random, ServerIdentity identity) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.identity = identity;
    encryption = new Encryption(random, clock, identity.id());
  }

  private ApiServerOptions(ApiServerOptions other) {
    this(other.store, other.clock, other.random, other.identity);
    tokens = other.tokens;
    serviceCidrs = other.serviceCidrs;
    nodePorts = other.nodePorts;
    advertiseAddress = other.advertiseAddress;
    advertisePort = other.advertisePort;
    kubeletClient = other.kubeletClient;
    clientAuthorities = other.clientAuthorities;
    trackFields = other.trackFields;
    frontProxy = other.frontProxy;
    auditing = other.auditing;
    storeSize = other.storeSize;
    flags = other.flags;
    encryption = other.encryption;
    encryptionFile = other.encryptionFile;
    authentication = other.authentication;
    admission = other.admission;
    serving = other.serving;
    guest = other.guest;
    silentWebhooks = other.silentWebhooks;
    authorizationFile = other.authorizationFile;
    open = other.open;
    eventsKept = other.eventsKept;
  }

  /// @param random safe for use by many threads, and fit for cryptography where secrets are made
  public static ApiServerOptions of(Store store, Clock clock, RandomGenerator random) {
    return new ApiServerOptions(store, clock, random, new ServerIdentity("localhost"));
  }

  /// On a host of this name, by which the server is known among others of its cluster. Before
  /// [#withEncryption], which is told the name.
  public ApiServerOptions withHostname(String hostname) {
    var changed = new ApiServerOptions(this);
    changed.identity = new ServerIdentity(hostname);
    changed.encryption = new Encryption(random, clock, changed.identity.id());
    return changed;
  }

  public Store store() {
    return store;
  }

  public Clock clock() {
    return clock;
  }

  public RandomGenerator random() {
    return random;
  }

  /// How service-account tokens are signed; null means that there are none.
  public ServiceAccountTokens.@Nullable Config tokens() {
    return tokens;
  }

  /// The addresses for Services, such as `10.96.0.0/16`: one range, or one of each family, the
  /// default family first.
  public List<String> serviceCidrs() {
    return serviceCidrs;
  }

  /// The ports of nodes for Services.
  public PortRange nodePorts() {
    return nodePorts;
  }

  /// Where clients inside the cluster reach this server; empty publishes no endpoints.
  public String advertiseAddress() {
    return advertiseAddress;
  }

  /// The port of the advertised address; 0 means the one it listens on.
  public int advertisePort() {
    return advertisePort;
  }

  /// The certificate this server shows to nodes, and whom it trusts there.
  public @Nullable TlsSource kubeletClient() {
    return kubeletClient;
  }

  /// Who signs client certificates, for those who must know.
  public List<X509Certificate> clientAuthorities() {
    return clientAuthorities;
  }

  /// Whether managedFields are kept.
  public boolean trackFields() {
    return trackFields;
  }

  /// How this server is known to extension servers; null if they do not know it.
  public @Nullable FrontProxy frontProxy() {
    return frontProxy;
  }

  /// What is written into the audit log; null writes none.
  public @Nullable Auditing auditing() {
    return auditing;
  }

  /// How values are encrypted in the store.
  public Encryption encryption() {
    return encryption;
  }

  /// The file that [#encryption] was configured from, if it is followed; null if nothing is.
  public @Nullable Path encryptionFile() {
    return encryptionFile;
  }

  /// How clients may come in besides certificates and the tokens of this cluster.
  public AuthenticationOptions authentication() {
    return authentication;
  }

  /// An `AuthorizationConfiguration`, which is followed; null means nodes and roles alone.
  public @Nullable Path authorizationFile() {
    return authorizationFile;
  }

  public ApiServerOptions withTokens(ServiceAccountTokens.Config value) {
    var changed = new ApiServerOptions(this);
    changed.tokens = value;
    return changed;
  }

  public ApiServerOptions withServiceCidrs(List<String> value) {
    var changed = new ApiServerOptions(this);
    changed.serviceCidrs = List.copyOf(value);
    return changed;
  }

  /// How long events are kept.
  public Duration eventsKept() {
    return eventsKept;
  }

  public ApiServerOptions withEventsKept(Duration value) {
    var changed = new ApiServerOptions(this);
    changed.eventsKept = value;
    return changed;
  }

  public ApiServerOptions withNodePorts(PortRange value) {
    var changed = new ApiServerOptions(this);
    changed.nodePorts = value;
    return changed;
  }

  public ApiServerOptions withAdvertised(String address, int port) {
    var changed = new ApiServerOptions(this);
    changed.advertiseAddress = address;
    changed.advertisePort = port;
    return changed;
  }

  public ApiServerOptions withKubeletClient(TlsSource value) {
    var changed = new ApiServerOptions(this);
    changed.kubeletClient = value;
    return changed;
  }

  public ApiServerOptions withClientAuthorities(List<X509Certificate> value) {
    var changed = new ApiServerOptions(this);
    changed.clientAuthorities = List.copyOf(value);
    return changed;
  }

  public ApiServerOptions withTrackFields(boolean value) {
    var changed = new ApiServerOptions(this);
    changed.trackFields = value;
    return changed;
  }

  public ApiServerOptions withFrontProxy(FrontProxy value) {
    var changed = new ApiServerOptions(this);
    changed.frontProxy = value;
    return changed;
  }

  /// The server closes the sink when it is closed.
  public ApiServerOptions withAuditing(Auditing value) {
    var changed = new ApiServerOptions(this);
    changed.auditing = value;
    return changed;
  }

  /// @param bytes how large the store is on its disk; negative if nobody knows
  public ApiServerOptions withStoreSize(LongSupplier bytes) {
    var changed = new ApiServerOptions(this);
    changed.storeSize = bytes;
    return changed;
  }

  /// @param flags what the administrator chose, by names without dashes, for `/flagz`
  public ApiServerOptions withFlags(Map<String, String> flags) {
    var changed = new ApiServerOptions(this);
    changed.flags = Map.copyOf(flags);
    return changed;
  }

  Map<String, String> flags() {
    return flags;
  }

  LongSupplier storeSize() {
    return storeSize;
  }

  public ApiServerOptions withEncryption(Encryption value) {
    var changed = new ApiServerOptions(this);
    changed.encryption = value;
    return changed;
  }

  public ApiServerOptions withEncryptionFile(Path value) {
    var changed = new ApiServerOptions(this);
    changed.encryptionFile = value;
    return changed;
  }

  public ApiServerOptions withAuthentication(AuthenticationOptions value) {
    var changed = new ApiServerOptions(this);
    changed.authentication = value;
    return changed;
  }

  /// Which admission plugins take part.
  public AdmissionOptions admission() {
    return admission;
  }

  public ApiServerOptions withAdmission(AdmissionOptions value) {
    var changed = new ApiServerOptions(this);
    changed.admission = value;
    return changed;
  }

  /// How long requests may take, how many there may be, and how the server stops.
  public ServingOptions serving() {
    return serving;
  }

  public ApiServerOptions withServing(ServingOptions value) {
    var changed = new ApiServerOptions(this);
    changed.serving = value;
    return changed;
  }

  /// A stage that belongs to whoever runs this server.
  public Filter guest() {
    return guest;
  }

  /// @param value sees every request whose user is known, as whom they act, and every answer to it;
  ///   it comes before limits and authorization and may answer by itself
  public ApiServerOptions withGuest(Filter value) {
    var changed = new ApiServerOptions(this);
    changed.guest = value;
    return changed;
  }

  /// Which webhooks are treated as if they did not answer in time.
  Predicate<String> silentWebhooks() {
    return silentWebhooks;
  }

  /// @param value asked for each call with the webhook's URL; its call fails at once then, with the
  ///   error that it would have after its time-out
  public ApiServerOptions withSilentWebhooks(Predicate<String> value) {
    var changed = new ApiServerOptions(this);
    changed.silentWebhooks = value;
    return changed;
  }

  public ApiServerOptions withAuthorizationFile(Path value) {
    var changed = new ApiServerOptions(this);
    changed.authorizationFile = value;
    return changed;
  }

  /// Whether everybody who is authenticated may do everything, whatever roles and files say.
  public boolean open() {
    return open;
  }

  public ApiServerOptions withOpen(boolean value) {
    var changed = new ApiServerOptions(this);
    changed.open = value;
    return changed;
  }
}

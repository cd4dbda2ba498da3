package io.kubejar.apiserver;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.admission.Admission;
import io.kubejar.apiserver.aggregation.Aggregation;
import io.kubejar.apiserver.audit.AuditMetrics;
import io.kubejar.apiserver.audit.Auditor;
import io.kubejar.apiserver.authn.OpenIdDocuments;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.bootstrap.Bootstrap;
import io.kubejar.apiserver.cache.CacheFeed;
import io.kubejar.apiserver.cache.FeedMetrics;
import io.kubejar.apiserver.cache.ReadMetrics;
import io.kubejar.apiserver.components.Components;
import io.kubejar.apiserver.configfile.FollowedFile;
import io.kubejar.apiserver.connect.NodeConnections;
import io.kubejar.apiserver.connect.ReadyEndpoints;
import io.kubejar.apiserver.customresources.CustomResources;
import io.kubejar.apiserver.discovery.CurrentGroups;
import io.kubejar.apiserver.discovery.DiscoveryHandler;
import io.kubejar.apiserver.discovery.OpenApiHandler;
import io.kubejar.apiserver.encryption.EncryptedStore;
import io.kubejar.apiserver.encryption.EncryptionFile;
import io.kubejar.apiserver.endpoints.ResourceHandler;
import io.kubejar.apiserver.endpoints.Reviews;
import io.kubejar.apiserver.endpoints.Serving;
import io.kubejar.apiserver.endpoints.SubresourceHandler;
import io.kubejar.apiserver.endpoints.UnknownPaths;
import io.kubejar.apiserver.filters.AnswerFailuresAsStatus;
import io.kubejar.apiserver.filters.Authenticate;
import io.kubejar.apiserver.filters.Authorize;
import io.kubejar.apiserver.filters.CountRequests;
import io.kubejar.apiserver.filters.FinishInTime;
import io.kubejar.apiserver.filters.LimitInFlight;
import io.kubejar.apiserver.filters.ResolveRequestInfo;
import io.kubejar.apiserver.filters.TakeLeave;
import io.kubejar.apiserver.flowcontrol.FlowControl;
import io.kubejar.apiserver.flowcontrol.FlowDump;
import io.kubejar.apiserver.flowcontrol.FlowMetrics;
import io.kubejar.apiserver.flowcontrol.FlowUpkeep;
import io.kubejar.apiserver.flowcontrol.LimitFlows;
import io.kubejar.apiserver.health.Version;
import io.kubejar.apiserver.identity.ExpiredServers;
import io.kubejar.apiserver.identity.IdentityLease;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.metrics.AccessMetrics;
import io.kubejar.apiserver.metrics.BuildMetrics;
import io.kubejar.apiserver.metrics.MeasuredStore;
import io.kubejar.apiserver.metrics.PartMetrics;
import io.kubejar.apiserver.metrics.ProcessMetrics;
import io.kubejar.apiserver.metrics.RequestMetrics;
import io.kubejar.apiserver.metrics.ResourceMetrics;
import io.kubejar.apiserver.registry.StorageLayout;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Filters;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.services.AddressRepair;
import io.kubejar.apiserver.services.ClusterAddresses;
import io.kubejar.apiserver.services.PortRepair;
import io.kubejar.apiserver.subresources.Actions;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.zpages.ComponentPages;
import io.kubejar.apiserver.zpages.ZPages;
import io.kubejar.http.HttpHandler;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The API server over a store. It starts no thread: requests bring their own, and what must happen
/// now and then is a [Steppable] that somebody else steps.
public final class ApiServer implements AutoCloseable {
  /// Whom the server's own writes are made as.
  private static final UserInfo SELF = UserInfo.of("system:apiserver", UserInfo.MASTERS_GROUP);

  /// Under which name they are recorded.
  private static final String MANAGER = "kube-apiserver";

  private final ApiServerOptions options;
  private final CacheFeed feed;
  private final Resources resources;
  private final PrometheusRegistry metrics = new PrometheusRegistry();
  private final PartMetrics partMetrics;
  private final Components components = new Components();
  private final Actions actions;
  private final Access access;

  /// Files whose changes are taken into use.
  private final List<FollowedFile.Following> following = new ArrayList<>();

  private final ClusterAddresses addresses;
  private final Maintenance maintenance;
  private final WebhookClient webhooks;
  private final CustomResources customResources;
  private final FlowUpkeep flowUpkeep;
  private final AddressRepair addressRepair;
  private final PortRepair portRepair;
  private final ReadyEndpoints endpoints;
  private final IdentityLease identity;
  private final ExpiredServers expiredServers;
  private final Aggregation aggregation;
  private final ServerHealth health;
  private final TakeLeave leave = new TakeLeave();
  private final Auditor auditor;
  private final Handler requestPath;

  public ApiServer(ApiServerOptions options) {
    this.options = options;
    partMetrics = new PartMetrics(metrics, options.clock());
    health = new ServerHealth(options.clock(), options.serving().livezGrace());
    var store =
        new EncryptedStore(
            new MeasuredStore(options.store(), metrics, options.clock(), StorageLayout::resourceOf),
            options.encryption(),
            StorageLayout::resourceOf);
    feed = new CacheFeed(store, StorageLayout.ROOT, options.clock(), new ReadMetrics(metrics));
    options.encryption().onReadable(feed::beginAnew);
    maintenance = new Maintenance(options.store(), options.clock(), feed, options.eventsKept());
    components.with("etcd-0", this::storeFault);
    var wiring = new Wiring(options, store, feed, metrics);
    endpoints = new ReadyEndpoints(wiring.resources(), options.random());
    webhooks = wiring.webhooks(endpoints);
    access = wiring.access(webhooks);
    addresses = wiring.addresses();
    var admission = wiring.admission(access, webhooks);
    actions = new Actions(admission);
    resources = wiring.resources(admission, addresses, components);
    wiring.actions(actions, resources, access);
    customResources = wiring.customResources(resources, webhooks, Call.by(SELF, MANAGER));
    flowUpkeep =
        new FlowUpkeep(
            resources.stored(FlowSchema.RESOURCE),
            resources.stored(PriorityLevelConfiguration.RESOURCE),
            Call.by(SELF, MANAGER),
            options.clock());
    addressRepair = new AddressRepair(resources, Call.by(SELF, MANAGER), options.clock());
    portRepair =
        new PortRepair(options.nodePorts(), resources, Call.by(SELF, MANAGER), options.clock());
    var leases = resources.stored(Lease.RESOURCE);
    var self = Call.by(SELF, MANAGER);
    identity =
        new IdentityLease(options.identity(), leases, self, options.clock(), options.random());
    expiredServers = new ExpiredServers(leases, self, options.clock());
    var served = new CurrentGroups(resources, wiring.reviews());
    aggregation = aggregation(served);
    auditor = auditor();
    requestPath = requestPath(wiring.reviews(), served, admission);
  }

  private Aggregation aggregation(CurrentGroups served) {
    var front = options.frontProxy();
    return new Aggregation(
        new Aggregation.Surroundings(
            resources,
            api(SELF, MANAGER),
            options.clock(),
            endpoints,
            served,
            front == null ? null : front.client(),
            metrics));
  }

  private Handler requestPath(
      List<ResourceType<?>> reviews, CurrentGroups served, Admission admission) {
    var tokens = access.identities().issued();
    var flows = flowControl();
    var others =
        new OtherPaths(
            new Reviews(reviews, actions),
            new DiscoveryHandler(served, aggregation::versions),
            new OpenApiHandler(resources, aggregation.openApi()),
            health.checks(feed::healthy, aggregation::registered, options.encryption()),
            List.of(metrics, aggregation.gauges(), options.encryption().metrics()),
            health.metrics().registry(),
            new FlowDump(flows),
            new ZPages("apiserver", options.flags(), options.clock()),
            tokens == null ? null : new OpenIdDocuments(tokens));
    var counted = requestMetrics(reviews);
    var serving =
        new Serving(
            options.clock(),
            options.random(),
            feed::revision,
            counted,
            options.serving().shortestWatch());
    var subresources =
        new SubresourceHandler(
            actions,
            new NodeConnections(resources, access.authorizer(), endpoints, options.kubeletClient()),
            admission);
    var own = new ResourceHandler(resources, serving, subresources, others);
    var config =
        new RequestPath.Config(
            access.identities().authenticator(),
            access.authorizer(),
            auditor,
            limits(flows, counted),
            leave,
            options.serving(),
            options.random(),
            options.clock(),
            counted,
            new AccessMetrics(metrics),
            options.guest());
    var counts = new CountRequests(counted, options.clock());
    var paths =
        Filters.outermostFirst(unknownPaths(reviews), counts, new FinishInTime(options.clock()))
            .endingAt(own);
    return RequestPath.requestPath(config, aggregation.inFrontOf(paths));
  }

  /// While nothing but the built-in resources is known yet.
  private UnknownPaths unknownPaths(List<ResourceType<?>> reviews) {
    var groups = new HashSet<String>();
    resources.all().forEach(resource -> groups.add(resource.type().gvr().group()));
    reviews.forEach(review -> groups.add(review.gvr().group()));
    return new UnknownPaths(groups, resources);
  }

  private Optional<String> storeFault() {
    return feed.healthy() ? Optional.empty() : Optional.of("the store is lost");
  }

  /// How the parts of the control plane are, for clients that ask. Who runs one tells here.
  public Components components() {
    return components;
  }

  private RequestMetrics requestMetrics(List<ResourceType<?>> reviews) {
    ProcessMetrics.register(metrics);
    BuildMetrics.register(metrics, Version.document());
    FeedMetrics.register(metrics, feed);
    ResourceMetrics.register(metrics, resources::counts);
    ResourceMetrics.registerSize(metrics, options.storeSize());
    var unstored = reviews.stream().map(ResourceType::gvr).collect(Collectors.toSet());
    return new RequestMetrics(
        metrics,
        info -> {
          var name = new GroupVersionResource(info.apiGroup(), info.apiVersion(), info.resource());
          return resources.find(name).isPresent() || unstored.contains(name);
        });
  }

  private Filter limits(FlowControl flows, RequestMetrics counted) {
    var limits = options.serving().limits();
    return limits.fair()
        ? new LimitFlows(
            flows, resources, counted, options.clock(), options.serving().requestTimeout())
        : new LimitInFlight(limits.reads(), limits.writes(), counted);
  }

  private FlowControl flowControl() {
    return new FlowControl(
        resources.stored(FlowSchema.RESOURCE).registry().cache(),
        resources.stored(PriorityLevelConfiguration.RESOURCE).registry().cache(),
        Math.max(1, options.serving().limits().reads() + options.serving().limits().writes()),
        options.clock(),
        new FlowMetrics(metrics));
  }

  private Auditor auditor() {
    var auditing = options.auditing();
    if (auditing == null) {
      return Auditor.off(options.clock(), options.random());
    }
    var counted = new AuditMetrics(metrics);
    auditing.sink().onLoss(counted::lost);
    return new Auditor(
        auditing.policy(), auditing.sink(), options.clock(), options.random(), counted);
  }

  /// Fills the caches and makes what every cluster has.
  public void start() throws InterruptedException {
    feed.start();
    health.cachesFilled();
    while (customResources.step()) {
      // Whoever asks first shall find what was there before the restart.
    }
    bootstrap().run();
    identity.start();
    health.bootstrapped();
    following.addAll(access.follow(options));
    following.add(EncryptionFile.follow(options.encryptionFile(), options.encryption()));
  }

  private Bootstrap bootstrap() {
    return new Bootstrap(
        api(SELF, MANAGER),
        addresses.configured(),
        options.clock(),
        ExtensionAuthentication.data(options.clientAuthorities(), options.frontProxy()));
  }

  /// Makes the Service `kubernetes` and tells where this server is reached behind it.
  public void publish(String address, int port) throws InterruptedException {
    bootstrap().publish(addresses.first(), address, port);
    identity.reachedAt(address.contains(":") ? "[" + address + "]:" + port : address + ":" + port);
  }

  /// Serves requests from the network. After [#start].
  public HttpServer listen(ServerOptions where) throws IOException, InterruptedException {
    var server = HttpServer.start(where, handler());
    if (!options.advertiseAddress().isEmpty()) {
      int port = options.advertisePort();
      publish(options.advertiseAddress(), port == 0 ? server.address().getPort() : port);
    }
    return server;
  }

  /// Serves the pages of another part of the control plane, to whom this server would let see them
  /// if they were its own.
  public HttpServer listen(ServerOptions where, ComponentPages pages) throws IOException {
    var metricsOfAccess = new AccessMetrics(pages.registry());
    var path =
        Filters.outermostFirst(
                new ResolveRequestInfo(),
                new AnswerFailuresAsStatus(),
                new Authenticate(
                    access.identities().authenticator(), metricsOfAccess, options.clock()),
                new Authorize(access.authorizer(), metricsOfAccess, options.clock()))
            .endingAt(pages);
    return HttpServer.start(where, new HttpFront(path));
  }

  public HttpHandler handler() {
    return new HttpFront(requestPath);
  }

  /// The API as a user in this process sees it.
  ///
  /// @param fieldManager the name under which its writes are recorded
  public LocalApi api(UserInfo user, String fieldManager) {
    return new LocalApi(resources, actions, access.authorizer(), user, fieldManager);
  }

  /// What must be stepped while the server runs, each by its name: the chores (compaction, expiry,
  /// starting the caches anew after they lost the store), what serves custom resources, and what
  /// looks after APIServices.
  public Map<String, Steppable> parts() {
    var parts = new LinkedHashMap<String, Steppable>();
    parts.put("apiserver/maintenance", maintenance);
    parts.put("apiserver/customresources", customResources);
    parts.put("apiserver/flowcontrol", flowUpkeep);
    parts.put("apiserver/addressrepair", addressRepair);
    parts.put("apiserver/portrepair", portRepair);
    parts.put("apiserver/identity", identity);
    parts.put("apiserver/expiredservers", expiredServers);
    parts.put("apiserver/encryption", options.encryption());
    parts.putAll(aggregation.parts());
    var auditing = options.auditing();
    if (auditing != null) {
      var sending = auditing.sink().parts();
      for (int i = 0; i < sending.size(); i++) {
        parts.put("apiserver/audit-" + i, sending.get(i));
      }
    }
    parts.replaceAll(partMetrics::measured);
    return parts;
  }

  /// Forgets all changes so far, in the store and in what lists are answered from; what there is
  /// now stays. Happens by itself every few minutes; who cannot wait asks for it.
  public void compact() throws InterruptedException {
    long now = options.store().revision();
    options.store().compact(now);
    feed.compacted(now);
  }

  /// All resources with their verbs.
  public Resources resources() {
    return resources;
  }

  /// Tells everybody that this server is about to stop: it is not ready any more, and goes on
  /// serving.
  public void leave() {
    health.leaving();
  }

  /// The time in which it goes on serving is over: it is none of the cluster's servers any more.
  /// After [#leave].
  public void retire() throws InterruptedException {
    identity.stop();
  }

  /// Takes no more requests: who comes now is told to come back later. After [#retire].
  public void refuse() {
    leave.refuse();
  }

  /// Waits for the requests that are being worked on, watches and the like apart, for as long as
  /// they may take at most.
  ///
  /// @return false if some of them are not answered even so
  public boolean awaitDrained() throws InterruptedException {
    return leave.awaitDrained(options.serving().requestTimeout());
  }

  /// Ends all watches. The store stays open.
  @Override
  public void close() {
    aggregation.close();
    webhooks.close();
    access.identities().close();
    feed.close();
    following.forEach(FollowedFile.Following::close);
    auditor.sink().close();
    options.encryption().close();
  }
}

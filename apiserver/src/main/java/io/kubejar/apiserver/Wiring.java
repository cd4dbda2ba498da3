package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.authentication.v1.SelfSubjectReview;
import io.kubejar.api.authentication.v1.SelfSubjectReviewStatus;
import io.kubejar.api.authentication.v1.TokenRequest;
import io.kubejar.api.authentication.v1.TokenReview;
import io.kubejar.api.authorization.v1.LocalSubjectAccessReview;
import io.kubejar.api.authorization.v1.SelfSubjectAccessReview;
import io.kubejar.api.authorization.v1.SelfSubjectRulesReview;
import io.kubejar.api.authorization.v1.SubjectAccessReview;
import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.api.policy.v1.Eviction;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.cel.rules.CustomResourceRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.admission.Admission;
import io.kubejar.apiserver.aggregation.ApiServiceStrategy;
import io.kubejar.apiserver.authn.TokenRequests;
import io.kubejar.apiserver.cache.CacheFeed;
import io.kubejar.apiserver.components.ComponentVerbs;
import io.kubejar.apiserver.components.Components;
import io.kubejar.apiserver.connect.ReadyEndpoints;
import io.kubejar.apiserver.conversion.Conversion;
import io.kubejar.apiserver.conversion.Conversions;
import io.kubejar.apiserver.customresources.CustomResources;
import io.kubejar.apiserver.customresources.CustomVersions;
import io.kubejar.apiserver.customresources.DefinitionStrategy;
import io.kubejar.apiserver.customresources.MeasuredRules;
import io.kubejar.apiserver.defaulting.Defaults;
import io.kubejar.apiserver.encryption.EncryptedStore;
import io.kubejar.apiserver.flowcontrol.FlowStrategies;
import io.kubejar.apiserver.metrics.CelMetrics;
import io.kubejar.apiserver.metrics.ConversionMetrics;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.services.ClusterAddresses;
import io.kubejar.apiserver.services.ServiceStrategy;
import io.kubejar.apiserver.strategy.Strategies;
import io.kubejar.apiserver.subresources.Action;
import io.kubejar.apiserver.subresources.Actions;
import io.kubejar.apiserver.subresources.PodBinding;
import io.kubejar.apiserver.subresources.PodEviction;
import io.kubejar.apiserver.verbs.ConvertedVerbs;
import io.kubejar.apiserver.verbs.Environment;
import io.kubejar.apiserver.verbs.FieldManagers;
import io.kubejar.apiserver.verbs.FieldTracking;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.apiserver.verbs.StoredVerbs;
import io.kubejar.apiserver.verbs.Tracker;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Puts the resources of this server together, from the store upwards.
final class Wiring {
  private final ApiServerOptions options;

  /// What the rules of custom resources are written in.
  private final RuleLanguage rules;

  private final CelMetrics expressions;
  private final PrometheusRegistry metrics;
  private final EncryptedStore store;
  private final CacheFeed feed;
  private final Map<ResourceType<?>, Registry<?>> registries = new LinkedHashMap<>();
  private final List<ResourceType<?>> reviews = new ArrayList<>();
  private final Resources resources = new Resources();
  private @Nullable Environment environment;

  Wiring(
      ApiServerOptions options, EncryptedStore store, CacheFeed feed, PrometheusRegistry metrics) {
    this.options = options;
    this.metrics = metrics;
    expressions = new CelMetrics(metrics);
    rules = new MeasuredRules(new CustomResourceRules(), expressions, options.clock());
    this.store = store;
    this.feed = feed;
    for (var type : BuiltInResources.all()) {
      if (!type.allows("list")) {
        reviews.add(type);
      } else if (type.allows("watch") && Conversions.isStored(type)) {
        registries.put(type, registry(type));
      }
    }
  }

  private <T extends KubernetesObject> Registry<T> registry(ResourceType<T> type) {
    return new Registry<>(type, store, feed);
  }

  @SuppressWarnings("unchecked") // Registries are kept under the type they were made for.
  <T extends KubernetesObject> Registry<T> of(ResourceType<T> type) {
    return (Registry<T>) requireNonNull(registries.get(type));
  }

  /// What is told of expressions, whosever they are.
  CelMetrics expressions() {
    return expressions;
  }

  /// Resources of which nothing is stored.
  List<ResourceType<?>> reviews() {
    return reviews;
  }

  ClusterAddresses addresses() {
    return new ClusterAddresses(
        options.serviceCidrs(), of(ServiceCIDR.RESOURCE), of(IPAddress.RESOURCE), options.random());
  }

  /// @param components how the parts of the control plane are
  Resources resources(Admission admission, ClusterAddresses addresses, Components components) {
    FieldTracking tracking =
        options.trackFields() ? new FieldManagers(options.clock()) : FieldTracking.OFF;
    environment = new Environment(options.clock(), options.random(), admission, tracking);
    var strategies =
        new Strategies(options.clock(), options.eventsKept())
            .with(
                new ServiceStrategy(
                    addresses, options.nodePorts(), of(Service.RESOURCE), options.random()))
            .with(new DefinitionStrategy(rules))
            .with(new ApiServiceStrategy(options.clock()))
            .with(FlowStrategies.schemas())
            .with(FlowStrategies.levels());
    registries
        .values()
        .forEach(registry -> addVersions(resources, registry, strategies, environment));
    resources.add(new ComponentVerbs(components));
    return resources;
  }

  /// What brings custom resources among the others and takes them away again. After the others.
  CustomResources customResources(Resources resources, WebhookClient webhooks, Call call) {
    var shared = requireNonNull(environment);
    var maker =
        new CustomVersions(store, feed, shared, rules, webhooks, new ConversionMetrics(metrics));
    return CustomResources.of(resources, maker, call);
  }

  private static <T extends KubernetesObject> void addVersions(
      Resources resources, Registry<T> registry, Strategies strategies, Environment environment) {
    var versions = Conversions.to(registry.type());
    var none = Conversion.none(registry.type());
    Tracker<T> tracker =
        environment.tracking().of(none, Defaults.at(environment.clock()), versions);
    var strategy = strategies.of(registry.type());
    var stored =
        new StoredVerbs<>(
            registry, strategy, Defaults.at(environment.clock()), tracker, environment);
    resources.add(stored);
    for (var version : versions) {
      if (!version.served().equals(registry.type())) {
        resources.add(converted(stored, version, versions, environment));
      }
    }
  }

  private static <V extends KubernetesObject, T extends KubernetesObject>
      ResourceVerbs<V> converted(
          StoredVerbs<T> stored,
          Conversion<V, T> version,
          List<Conversion<?, T>> all,
          Environment environment) {
    Tracker<T> tracker = environment.tracking().of(version, Defaults.at(environment.clock()), all);
    return new ConvertedVerbs<>(stored, version, Defaults.at(environment.clock()), tracker);
  }

  /// What is served, which is nothing before [#resources(Admission, ClusterAddresses, Components)].
  Resources resources() {
    return resources;
  }

  /// All plugins, in upstream's order.
  Admission admission(Access access, WebhookClient webhooks) {
    return new AdmissionChain(options, this, access, metrics).admission(webhooks);
  }

  /// Through which all webhooks are called.
  WebhookClient webhooks(ReadyEndpoints endpoints) {
    return new WebhookClient(
        (namespace, name, port) -> {
          var found = endpoints.find(new ObjectKey(namespace, name), port);
          return InetSocketAddress.createUnresolved(found.address(), found.port());
        },
        options.clock(),
        options.silentWebhooks());
  }

  Access access(WebhookClient webhooks) {
    return Access.of(options, registries, webhooks, metrics);
  }

  void actions(Actions actions, Resources resources, Access access) {
    var pods = resources.stored(Pod.RESOURCE);
    var binding = new PodBinding(pods, options.clock());
    actions.add(Pod.RESOURCE, "binding", new Action<>(Binding.CODEC, binding));
    actions.add(
        Binding.RESOURCE,
        "",
        new Action<>(
            Binding.CODEC,
            (call, key, body) ->
                binding.perform(
                    call, new ObjectKey(key.namespace(), body.metadata().name()), body)));
    var budgets = resources.stored(PodDisruptionBudget.RESOURCE);
    actions.add(
        Pod.RESOURCE,
        "eviction",
        new Action<>(Eviction.CODEC, new PodEviction(pods, budgets, options.clock())));
    access(actions, access);
    var random = options.random();
    var issued = access.identities().issued();
    if (issued != null) {
      var requests =
          new TokenRequests(
              issued,
              access.identities().tokens(),
              () -> new UUID(random.nextLong(), random.nextLong()).toString());
      tokens(actions, resources, requests);
    }
  }

  private static void access(Actions actions, Access access) {
    var answers = access.reviews();
    actions.add(
        SubjectAccessReview.RESOURCE,
        "",
        new Action<>(SubjectAccessReview.CODEC, (_, _, body) -> answers.answer(body)));
    actions.add(
        LocalSubjectAccessReview.RESOURCE,
        "",
        new Action<>(
            LocalSubjectAccessReview.CODEC,
            (_, key, body) -> answers.answer(body, key.namespace())));
    actions.add(
        SelfSubjectAccessReview.RESOURCE,
        "",
        new Action<>(
            SelfSubjectAccessReview.CODEC, (call, _, body) -> answers.answer(body, call.user())));
    actions.add(
        SelfSubjectRulesReview.RESOURCE,
        "",
        new Action<>(
            SelfSubjectRulesReview.CODEC, (call, _, body) -> answers.answer(body, call.user())));
    actions.add(
        SelfSubjectReview.RESOURCE,
        "",
        new Action<>(
            SelfSubjectReview.CODEC,
            (call, _, body) ->
                body.withStatus(
                    SelfSubjectReviewStatus.EMPTY.withUserInfo(TokenRequests.toApi(call.user())))));
  }

  private static void tokens(Actions actions, Resources resources, TokenRequests requests) {
    var accounts = resources.of(ServiceAccount.RESOURCE);
    actions.add(
        ServiceAccount.RESOURCE,
        "token",
        new Action<>(
            TokenRequest.CODEC,
            (_, key, body) -> {
              var account = accounts.get(key);
              var faults =
                  requests.faults(account, body).stream()
                      .map(it -> FieldError.invalid(it.field(), it.value(), it.message()).cause())
                      .toList();
              if (!faults.isEmpty()) {
                throw ApiException.invalid("authentication.k8s.io", "TokenRequest", "", faults);
              }
              return requests.answer(account, body);
            }));
    actions.add(
        TokenReview.RESOURCE,
        "",
        new Action<>(TokenReview.CODEC, (_, _, body) -> requests.review(body)));
  }
}

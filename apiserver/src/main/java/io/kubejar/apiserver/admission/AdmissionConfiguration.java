package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apiserver.admission.images.ImagePolicy;
import io.kubejar.apiserver.admission.limits.EventRates;
import io.kubejar.apiserver.admission.limits.EventRates.Limit;
import io.kubejar.apiserver.admission.pods.RestrictedTolerations;
import io.kubejar.apiserver.admission.podsecurity.PodSecurityFile;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Reads an `AdmissionConfiguration`, upstream's file with settings for single plugins.
public final class AdmissionConfiguration {
  private static final Set<String> VERSIONS =
      Set.of("apiserver.config.k8s.io/v1", "apiserver.k8s.io/v1alpha1");
  private static final Set<String> EVENT_VERSIONS =
      Set.of("eventratelimit.admission.k8s.io/v1alpha1");
  private static final Set<String> TOLERATION_VERSIONS =
      Set.of("podtolerationrestriction.admission.k8s.io/v1alpha1");
  private static final String CONFIGURATION = "Configuration";

  private final UnaryOperator<String> files;

  private AdmissionConfiguration(UnaryOperator<String> files) {
    this.files = files;
  }

  /// @param files gives the text of a file that the configuration names by its path
  /// @throws ConfigFileException if it cannot be used
  public static PluginSettings read(String text, UnaryOperator<String> files) {
    return new AdmissionConfiguration(files).read(text);
  }

  private PluginSettings read(String text) {
    var document = ConfigPart.document(text, "AdmissionConfiguration", VERSIONS);
    var settings = PluginSettings.DEFAULT;
    var seen = new HashSet<String>();
    for (var plugin : document.parts("plugins")) {
      var name = plugin.text("name");
      if (!seen.add(name)) {
        throw new ConfigFileException("plugin " + name + " is configured twice");
      }
      var path = plugin.text("path");
      var inline = plugin.json("configuration");
      plugin.done();
      if (!inline.isEmpty() || !path.isEmpty()) {
        settings = with(settings, name, inline.isEmpty() ? files.apply(path) : inline);
      }
    }
    document.done();
    return settings;
  }

  private static PluginSettings with(PluginSettings settings, String plugin, String text) {
    return switch (plugin) {
      case "PodSecurity" -> settings.withPodSecurity(PodSecurityFile.read(text));
      case "PodNodeSelector" -> settings.withNodeSelectors(nodeSelectors(text));
      case "PodTolerationRestriction" -> settings.withTolerations(tolerations(text));
      case "EventRateLimit" -> settings.withEvents(events(text));
      case "ImagePolicyWebhook" -> settings.withImages(images(text));
      case "ResourceQuota" -> settings.withLimited(LimitedResources.read(text));
      default -> throw new ConfigFileException("plugin " + plugin + " takes no configuration");
    };
  }

  /// This file has no kind and no version.
  private static Map<String, String> nodeSelectors(String text) {
    var selectors = new LinkedHashMap<String, String>();
    if (tree(text).get("podNodeSelectorPluginConfig") instanceof JsonObject(var fields)) {
      fields.forEach(
          (namespace, selector) -> {
            if (!(selector instanceof JsonString(var labels))) {
              throw new ConfigFileException(
                  "podNodeSelectorPluginConfig." + namespace + " must be a text");
            }
            selectors.put(namespace, labels);
          });
    }
    return selectors;
  }

  /// This file has no kind and no version either.
  private static ImagePolicy images(String text) {
    return ImagePolicy.read(ConfigPart.untyped(text).part("imagePolicy"));
  }

  private static JsonObject tree(String text) {
    try {
      return Yaml.parse(text) instanceof JsonObject object ? object : JsonObject.EMPTY;
    } catch (JsonFormatException malformed) {
      throw new ConfigFileException(String.valueOf(malformed.getMessage()));
    }
  }

  private static RestrictedTolerations.Settings tolerations(String text) {
    var document = ConfigPart.document(text, CONFIGURATION, TOLERATION_VERSIONS);
    document.parts("default");
    document.parts("whitelist");
    document.done();
    var tree = tree(text);
    return new RestrictedTolerations.Settings(
        tolerations(tree, "default"), tolerations(tree, "whitelist"));
  }

  private static List<Toleration> tolerations(JsonObject tree, String field) {
    try {
      return tree.list(field).stream().map(Toleration.CODEC::fromTree).toList();
    } catch (JsonFormatException malformed) {
      throw new ConfigFileException(field + ": " + malformed.getMessage());
    }
  }

  private static List<Limit> events(String text) {
    var document = ConfigPart.document(text, CONFIGURATION, EVENT_VERSIONS);
    var limits = new ArrayList<Limit>();
    for (var part : document.parts("limits")) {
      limits.add(limit(part, "limits[" + limits.size() + "]"));
    }
    document.done();
    if (limits.isEmpty()) {
      throw new ConfigFileException("limits: Invalid value: {}: limits must be specified");
    }
    return limits;
  }

  private static Limit limit(ConfigPart part, String path) {
    var type = part.text("type");
    var scope =
        Stream.of(EventRates.Scope.values())
            .filter(each -> each.toString().equals(type))
            .findFirst()
            .orElseThrow(
                () -> new ConfigFileException(path + ".type: Unsupported value: \"" + type + "\""));
    var burst = part.wholeNumberOrNull("burst");
    var perSecond = part.wholeNumberOrNull("qps");
    var kept = part.wholeNumberOrNull("cacheSize");
    part.done();
    if (burst == null || burst <= 0) {
      throw new ConfigFileException(path + ".burst: Invalid value: must be positive");
    }
    if (perSecond == null || perSecond <= 0) {
      throw new ConfigFileException(path + ".qps: Invalid value: must be positive");
    }
    if (kept != null && (kept < 0 || kept > Integer.MAX_VALUE)) {
      throw new ConfigFileException(path + ".cacheSize: Invalid value: must not be negative");
    }
    return new Limit(
        scope, perSecond, burst, kept == null || kept == 0 ? Limit.USUALLY_KEPT : kept.intValue());
  }
}

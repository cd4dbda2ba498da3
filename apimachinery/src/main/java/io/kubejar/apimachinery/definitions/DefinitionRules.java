package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.structural.MetadataRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import java.util.Set;

/// How strictly a CRD is checked. What an older server let in may stay until it is mended.
///
/// @param immutableNames whether the CRD is served, so that kind and scope must stay
/// @param unchangedVersions those whose schema is what it was
/// @param manySelectable versions that may keep too many selectable fields; the empty name stands
///   for those that all versions share
record DefinitionRules(
    MetadataRules metadata,
    RuleLanguage language,
    boolean recognizedReviewVersion,
    boolean immutableNames,
    boolean openApiSchema,
    boolean validTypes,
    boolean structural,
    boolean prunedDefaults,
    boolean atomicSets,
    boolean mapKeys,
    boolean invalidCaBundle,
    Set<String> storedRules,
    Set<String> storedMessages,
    Set<String> unchangedVersions,
    Set<String> manySelectable) {

  static DefinitionRules strict(MetadataRules metadata, RuleLanguage language) {
    return new DefinitionRules(
        metadata, language, true, false, true, true, true, true, true, true, true, Set.of(),
        Set.of(), Set.of(), Set.of());
  }

  /// The same, with structural schemas or without.
  DefinitionRules withStructural(boolean required) {
    return new DefinitionRules(
        metadata,
        language,
        recognizedReviewVersion,
        immutableNames,
        openApiSchema,
        validTypes,
        required,
        prunedDefaults,
        atomicSets,
        mapKeys,
        invalidCaBundle,
        storedRules,
        storedMessages,
        unchangedVersions,
        manySelectable);
  }
}

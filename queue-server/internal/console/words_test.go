package console

import (
	"slices"
	"testing"

	"loket/assets/lang"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

func TestEveryCodeAboutPersonsHasWordsInBothLanguages(t *testing.T) {
	keys := []string{"error.not_now", "staff.state.refer", "staff.registry.ok", "staff.outcome.fault", "staff.outcome.moved_away", "staff.outcome.refused", "staff.outcome.begun"}
	for _, why := range []string{
		protocol.WhyOff, protocol.WhySlow, protocol.WhyNetwork, protocol.WhyQuota, protocol.WhyHours,
		protocol.WhyConfig, protocol.WhyNotFound, protocol.WhyMismatch, protocol.WhyOfficer,
	} {
		keys = append(keys, "staff.why."+why, "staff.short."+why)
	}
	for _, state := range []string{protocol.WhyOff, protocol.WhySlow, protocol.WhyNetwork, protocol.WhyQuota, protocol.WhyHours, protocol.WhyConfig} {
		keys = append(keys, "staff.registry."+state)
	}
	for _, state := range []string{protocol.PersonVerified, protocol.PersonUnverified, protocol.PersonRefer, protocol.PersonRecheck} {
		keys = append(keys, "staff.outcome."+state)
	}
	for _, action := range []vault.Action{
		vault.Identified, vault.LookedUp, vault.Revealed, vault.CardBound, vault.Corrected,
		vault.VerifyAsked, vault.Erased, vault.Expired, vault.KeyRotated, vault.AuditRead,
	} {
		keys = append(keys, "staff.audit."+string(action))
	}
	for _, problem := range []protocol.NIKProblem{
		protocol.NIKLengthWrong, protocol.NIKLetters, protocol.NIKProvince, protocol.NIKDay, protocol.NIKMonth,
		protocol.NIKDate, protocol.NIKFuture, protocol.NIKSerial, protocol.NIKIsUID,
	} {
		keys = append(keys, "error."+string(problem))
	}
	for _, language := range []string{"id", "en"} {
		have := lang.Keys(language)
		for _, key := range keys {
			if !slices.Contains(have, key) {
				t.Errorf("%s is missing in %s", key, language)
			}
		}
	}
	staff := newWords().staff
	for _, key := range keys {
		if staff[key] == "" {
			t.Errorf("the pages do not get %s", key)
		}
	}
}

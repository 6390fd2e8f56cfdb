package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/stream"
	"loket/queue-server/protocol"
)

// pair exchanges a device's code for its token: POST /v1/pair.
func (a *API) pair(w http.ResponseWriter, r *http.Request) {
	if !a.pairings.allow(address(r), a.cfg.Clock()) {
		w.Header().Set("Retry-After", "6")
		stream.WriteError(w, &protocol.Error{Code: protocol.CodeRateLimited, Message: "too many tries"})
		return
	}
	var in protocol.PairRequest
	if e := decodeBody(w, r, maxFormBytes, &in); e != nil {
		stream.WriteError(w, e)
		return
	}
	d, token, err := a.cfg.Accounts.Pair(r.Context(), in.Code)
	if err != nil {
		stream.WriteError(w, a.refusal(err, "pair device"))
		return
	}
	a.stream.AccountsChanged(r.Context())
	a.cfg.Log.Info("device paired", slog.String("device", string(d.ID)), slog.String("role", string(d.Role)))
	writeJSON(w, protocol.PairReply{DeviceID: string(d.ID), Name: d.Name, Role: d.Role, Zone: string(d.Zone), Token: token})
}

// decodeBody reads a JSON body strictly.
func decodeBody(w http.ResponseWriter, r *http.Request, limit int64, into any) *protocol.Error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("more than one JSON value")
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &protocol.Error{Code: protocol.CodeFrameTooLarge, Message: fmt.Sprintf("at most %d bytes are allowed", limit)}
	}
	return &protocol.Error{Code: protocol.CodeBadJSON, Message: err.Error()}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(v) // the reader went away: nobody is left to tell
}

// exportCatalog downloads the catalogue as one file: GET /admin/catalog.json.
func (a *API) exportCatalog(w http.ResponseWriter, _ *http.Request, _ account.User) {
	var c queue.Catalog
	a.cfg.Office.Read(func(o *queue.Office) { c = o.Catalog })
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "catalog-"+string(c.Office.ID)+".json"))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(c) // the reader went away: nobody is left to tell
}

// importCatalog replaces the catalogue by an uploaded file: POST /admin/catalog, the JSON as the body or
// as the file "catalog" of a form. What is wrong with it comes back in the error's message.
func (a *API) importCatalog(w http.ResponseWriter, r *http.Request, u account.User) {
	r.Body = http.MaxBytesReader(w, r.Body, protocol.MaxCatalogBytes)
	if file, _, err := r.FormFile("catalog"); err == nil {
		defer file.Close() // it was only read
		r.Body = file
	} else if !errors.Is(err, http.ErrNotMultipart) { // then the body itself is the file
		stream.WriteError(w, uploadError(err))
		return
	}
	var fresh queue.Catalog
	if e := decodeBody(w, r, protocol.MaxCatalogBytes, &fresh); e != nil {
		stream.WriteError(w, e)
		return
	}
	header := queue.Header{ID: newCommandID(), Actor: queue.Actor{Kind: queue.ByOfficer, ID: string(u.ID)}}
	err := a.stream.ChangeCatalog(r.Context(), header, func(queue.Catalog) (queue.Catalog, error) { return fresh, nil })
	if err != nil {
		stream.WriteError(w, a.refusal(err, "import catalogue"))
		return
	}
	a.cfg.Log.Info("catalogue imported", slog.String("by", string(u.ID)))
	writeJSON(w, protocol.Empty{})
}

func uploadError(err error) *protocol.Error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &protocol.Error{Code: protocol.CodeFrameTooLarge, Message: fmt.Sprintf("at most %d bytes are allowed", protocol.MaxCatalogBytes)}
	}
	return &protocol.Error{Code: protocol.CodeParamsInvalid, Message: "no file \"catalog\" in the form: " + err.Error()}
}

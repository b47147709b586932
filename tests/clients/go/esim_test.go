// What a shop's own tests look like: buy an eSIM, lose an answer, let an hour pass, sixteen at once.
//
//	cd tests/clients/go && LINKSFIELD_SANDBOX_BIN=/path/to/linksfield-sandbox go test -parallel 16 ./...
package linksfieldsandbox_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"example.com/linksfieldsandbox"
)

func TestMain(m *testing.M) { os.Exit(linksfieldsandbox.Main(m)) }

// The client under test; yours stands here. All that it is told is a base URL and an account.
type shop struct {
	baseURL, token string
	account        linksfieldsandbox.Account
}

type answer[T any] struct {
	Code    int
	Message string
	Data    T
}

type order struct {
	ID       int64
	Amount   json.Number
	Currency string
}

type status struct {
	OrderPayStatus int
	QRCode         string
}

func call[T any](shop *shop, path string, body any) (found answer[T], err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return found, err
	}
	request, err := http.NewRequest("POST", shop.baseURL+path, bytes.NewReader(text))
	if err != nil {
		return found, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("x-access-token", shop.token)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return found, err
	}
	defer reply.Body.Close()
	return found, json.NewDecoder(reply.Body).Decode(&found)
}

func newShop(t *testing.T, sandbox *linksfieldsandbox.Session) *shop {
	t.Helper()
	shop := &shop{baseURL: sandbox.BaseURL, account: sandbox.Account}
	login, err := call[struct{ Token string }](shop, "/user/emailLogin", sandbox.Account)
	if err != nil || login.Code != 0 {
		t.Fatal(login, err)
	}
	shop.token = login.Data.Token
	return shop
}

func (shop *shop) preOrder(mail string, periods int) (answer[order], error) {
	return call[order](shop, "/v1.2/package/preOrderPackage", map[string]any{
		"currency": "USD", "currencyId": 2, "deviceType": "10", "id": 1000000, "packageCode": "LP20220325000000", "packageNum": 1,
		"partnerCode": shop.account.PartnerCode, "periodNum": periods, "receive_qr_email": mail,
	})
}

func (shop *shop) order(t *testing.T) order {
	t.Helper()
	ordered, err := shop.preOrder("test@test.com", 1)
	if err != nil || ordered.Code != 0 {
		t.Fatal(ordered, err)
	}
	return ordered.Data
}

// What the partner's server tells the vendor once the customer has paid.
func (shop *shop) paid(t *testing.T, order order) int {
	t.Helper()
	told, err := call[any](shop, "/v1.1/payment/webhook", map[string]any{
		"dateTime": "1670228581", "orderId": fmt.Sprint(order.ID), "partnerCode": shop.account.PartnerCode,
		"payAmount": order.Amount.String(), "payCurrency": order.Currency, "type": "payment_intent.succeeded",
	})
	if err != nil {
		t.Fatal(err)
	}
	return told.Code
}

func (shop *shop) poll(t *testing.T, order order) status {
	t.Helper()
	found, err := call[status](shop, "/package/queryOrdStatusAndEmail", map[string]any{"orderId": order.ID})
	if err != nil {
		t.Fatal(err)
	}
	return found.Data
}

func same(t *testing.T, wanted, got any) {
	t.Helper()
	if !reflect.DeepEqual(wanted, got) {
		t.Errorf("wanted %v, got %v", wanted, got)
	}
}

// A connection that is closed in the place of an answer, whatever a reset is called on this machine.
func isLost(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF)
}

func TestBuysAnEsim(t *testing.T) {
	t.Parallel()
	sandbox := linksfieldsandbox.New(t)
	shop := newShop(t, sandbox)
	order := shop.order(t)
	same(t, status{}, shop.poll(t, order))
	same(t, 0, shop.paid(t, order))
	bought := shop.poll(t, order)
	same(t, 1, bought.OrderPayStatus)
	same(t, true, strings.HasPrefix(bought.QRCode, "LPA:1$"))
}

func TestAnOrderWhoseAnswerIsLostIsStored(t *testing.T) {
	linksfieldsandbox.NeedsControl(t)
	t.Parallel()
	sandbox := linksfieldsandbox.New(t)
	shop := newShop(t, sandbox)
	sandbox.FailNext("pre-order", linksfieldsandbox.Fields{"fault": "lost", "commit": true})
	if _, err := shop.preOrder("test@test.com", 1); !isLost(err) {
		t.Fatalf("the answer should be lost: %v", err)
	}
	same(t, 1, len(sandbox.Orders()))
	same(t, "waiting", sandbox.Orders()[0].PayStatus)
}

func TestAnAddressLosesTheAnswerAsWell(t *testing.T) {
	linksfieldsandbox.NeedsControl(t)
	t.Parallel()
	sandbox := linksfieldsandbox.New(t)
	if _, err := newShop(t, sandbox).preOrder("lost-answer@you.example", 1); !isLost(err) {
		t.Fatalf("the answer should be lost: %v", err)
	}
	same(t, 1, len(sandbox.Orders()))
}

func TestAnHourLaterThePaymentIsTooLate(t *testing.T) {
	linksfieldsandbox.NeedsControl(t)
	t.Parallel()
	sandbox := linksfieldsandbox.New(t)
	shop := newShop(t, sandbox)
	order := shop.order(t)
	fired := sandbox.Advance("61m")
	same(t, 1, len(fired))
	same(t, "orderTimedOut", fired[0].Kind)
	same(t, 6006, shop.paid(t, order))
}

func TestTheSandboxPaysAndTheMailGoesOut(t *testing.T) {
	linksfieldsandbox.NeedsControl(t)
	t.Parallel()
	sandbox := linksfieldsandbox.New(t)
	shop := newShop(t, sandbox)
	order := shop.order(t)
	sandbox.Pay(order.ID, nil)
	same(t, 1, shop.poll(t, order).OrderPayStatus)
	sandbox.Verify(
		linksfieldsandbox.Fields{"orders": linksfieldsandbox.Fields{"payStatus": "paid"}, "count": 1},
		linksfieldsandbox.Fields{"mails": linksfieldsandbox.Fields{"kind": "qr"}, "count": 1},
	)
}

func TestASessionCanStartFromAScenario(t *testing.T) {
	linksfieldsandbox.NeedsControl(t)
	t.Parallel()
	sandbox := linksfieldsandbox.New(t, linksfieldsandbox.Fields{"scenario": "sold-out", "seed": 7})
	refused, err := newShop(t, sandbox).preOrder("test@test.com", 1)
	same(t, nil, err)
	same(t, 3005, refused.Code)
	same(t, uint64(7), sandbox.Seed)
	same(t, true, strings.HasPrefix(sandbox.Token(), "sbx1~"))
}

func TestSixteenAtOnceShareNothing(t *testing.T) {
	linksfieldsandbox.NeedsControl(t)
	for number := 0; number < 16; number++ {
		number := number
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			t.Parallel()
			sandbox := linksfieldsandbox.New(t)
			shop := newShop(t, sandbox)
			var bought []int64
			codes := []int{0}
			for at := 0; at <= number%3; at++ {
				ordered, err := shop.preOrder("test@test.com", 1+number%12)
				if err != nil {
					t.Fatal(err)
				}
				bought, codes = append(bought, ordered.Data.ID), append(codes, 0)
			}
			sandbox.FailNext("pre-order", linksfieldsandbox.Fields{"code": 5000 + number, "custom": true, "message": sandbox.Name})
			refused, err := shop.preOrder("test@test.com", 1)
			same(t, nil, err)
			same(t, answer[order]{Code: 5000 + number, Message: sandbox.Name}, refused)
			var orders []int64
			for _, order := range sandbox.Orders() {
				orders = append(orders, order.ID)
			}
			same(t, bought, orders)
			// A login, the orders, the refusal: this test's own calls and nobody else's.
			var told []int
			for _, entry := range sandbox.Journal() {
				told = append(told, *entry.Response.Code)
			}
			same(t, append(codes, 5000+number), told)
		})
	}
}
